import type { Volume } from '../../kube/index.js';
import { volumeName } from '../record/index.js';
import { digestOf, type PlannedVolume, type VolumeContent } from './content.js';
import { filesOf, type FileSources } from './files.js';
import { toLayout, type VolumeFile } from './files-layout.js';
import { withFsGroup } from './ownership.js';
import { partName, partOfFiles, usedParts } from './parts.js';
import { tokenExpiry } from './token-expiry.js';

/** As on a kubelet; containers have it for reading only. */
const FILES_MODE = 0o777;

/**
 * A configMap, secret, projected or downwardAPI volume: one engine volume for the whole where a container mounts it, and one for
 * each part that is mounted, which holds nothing else.
 * @returns `undefined` for other kinds of volumes
 * @throws ProviderError `InvalidPod` naming the field
 */
export function planFiles(volume: Volume, field: string, sources: FileSources & { readonly acceptedAt: Date }): readonly PlannedVolume[] | undefined {
  const files = filesOf(volume, field, sources);
  if (files === undefined) return undefined;
  const expiry = tokenExpiry(volume, sources.delivered.projected.get(volume.name), sources.acceptedAt);
  return [...usedParts(sources.pod, volume.name)].map((subPath) => planPart(volume.name, subPath, files, { sources, field, expiry }));
}

interface Around {
  readonly sources: FileSources;
  readonly field: string;
  readonly expiry: string | undefined;
}

function planPart(name: string, subPath: string, files: readonly VolumeFile[], { sources, field, expiry }: Around): PlannedVolume {
  const { pod, node } = sources;
  const { entries, file = undefined } = subPath === '' ? { entries: toLayout(files, field) } : partOfFiles(files, subPath);
  const content: VolumeContent = withFsGroup({ directoryMode: FILES_MODE, entries }, pod, true);
  const digest = digestOf(content);
  return {
    content,
    volume: {
      kind: 'own',
      name,
      engineName: volumeName(node.name, pod.metadata.uid, partName(name, subPath)),
      ...(subPath !== '' && { subPath }),
      ...(file !== undefined && { file }),
      ...(digest !== undefined && { digest }),
      ...(expiry !== undefined && { tokenExpiresAt: expiry }),
    },
  };
}
