"""The facade: applications, definitions and objects in, a cluster and the status of its applications out.

>>> from oam.app import Runtime, read_bundle
>>> from oam.store import MemoryStore
>>> from oam.workflow.clock import SeededRandom, VirtualClock
>>> from pycue.source import Source
>>> text = '''
... apiVersion: core.oam.dev/v1beta1
... kind: Application
... metadata: {name: notes}
... spec:
...   components: []
...   workflow:
...     steps:
...     - {name: keep, type: export2config, properties: {configName: greeting, data: {text: hello}}}
... '''
>>> runtime = Runtime(MemoryStore(), VirtualClock(), SeededRandom())
>>> records, warnings = runtime.submit(read_bundle([Source("notes.yaml", text)]))
>>> record = runtime.run(records[0])
>>> record.phase, [str(entry.ref) for entry in runtime.managed(record)]
('running', ['ConfigMap/greeting'])
"""

from oam.app.admission import AdmissionError
from oam.app.bundle import Bundle, read_bundle
from oam.app.dispatch import Managed
from oam.app.record import Record
from oam.app.runtime import NotFoundError, Runtime

__all__ = ["AdmissionError", "Bundle", "Managed", "NotFoundError", "Record", "Runtime", "read_bundle"]
