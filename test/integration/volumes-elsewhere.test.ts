/** What of volumes the engines at hand cannot show: each is shown by a test of the engine call, and skipped aloud here. */
import { skipAloud } from '../support/engine-under-test.js';

const CALL = 'the call to the engine is shown in test/unit/docker/volumes/mounts.test.ts';

skipAloud('P11: an image as a volume, from inside', `it needs engine API 1.48; ${CALL}`);
skipAloud('P27: an NFS export, from inside', `there is no NFS server here; ${CALL}`);
skipAloud('P28: a part of an emptyDir or of a claim, from inside', `it needs engine API 1.45; ${CALL}`);
skipAloud('P30: recursive reading only, from inside', `it needs engine API 1.44; ${CALL}`);
skipAloud('P30: mounts that a container passes on to the host', `it takes a privileged container, which this engine cannot start; ${CALL}`);
skipAloud('P38: devices of AMD and by CDI name', 'there are none on this host; the call to the engine is shown in test/unit/docker/spec/devices.test.ts');
