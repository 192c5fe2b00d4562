import type { Engine, ImageDetails } from '../../engine/index.js';

/** Architectures whose programs another one runs as well. */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };

/** What an image is for, as `os/architecture`; empty where it does not say. */
export function platformOf({ Os, Architecture }: ImageDetails): string {
  return Architecture === '' ? '' : `${Os || 'linux'}/${Architecture}`;
}

/**
 * Whether a node of this platform runs an image. One that does not say what it is for is given the benefit of the doubt.
 * @param platform `os/architecture[/variant]`
 */
export function runsOn(image: ImageDetails, platform: string): boolean {
  const [os = '', architecture = ''] = platform.split('/');
  const wanted = [architecture, ...(ALSO_RUNS[architecture] ?? [])];
  return image.Architecture === '' || ((image.Os || 'linux') === os && wanted.includes(image.Architecture));
}

/** The platform that images are for here: what the operator says, else what the engine runs on. */
export async function nodePlatform({ engine, platform }: { readonly engine: Engine; readonly platform?: string }): Promise<string> {
  return platform ?? `linux/${(await engine.version()).architecture}`;
}
