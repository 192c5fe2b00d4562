import type { ContainerConfig, ContainerDetails } from '../../engine/index.js';

/** A container that the engine has just said to have made. */
export interface NewContainer {
  readonly id: string;
  readonly name: string;
  readonly config: ContainerConfig;
  /** About when, by our clock. */
  readonly at: Date;
}

const NEVER = '0001-01-01T00:00:00Z';

/** What an inspection of it would say, as far as its maker knows: not the image's id, and nothing of the network. Pure. */
export function toNewDetails({ id, name, config, at }: NewContainer): ContainerDetails {
  const { Image, Env = [], Labels = {}, StopSignal, Tty = false } = config;
  return {
    Id: id,
    Name: `/${name}`,
    Created: at.toISOString(),
    Image: '',
    State: { Status: 'created', ExitCode: 0, Error: '', OOMKilled: false, StartedAt: NEVER, FinishedAt: NEVER },
    Config: { Image, Env, Labels, Tty, ...(StopSignal !== undefined && { StopSignal }) },
    Mounts: [],
    NetworkSettings: { Networks: null },
  };
}
