"""The facade: applications, definitions and objects in, a cluster and the status of its applications out."""
