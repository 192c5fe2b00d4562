import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IMAGE = 'busybox:1.36';

/** Limits that a container host without CAP_SYS_RESOURCE can give, and what works without systemd. */
const SETTINGS = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\nlog_driver = "k8s-file"\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n';

/** `podman kube play`, with a storage of its own that holds the engine's busybox. With runc: crun refuses the hybrid cgroups of some hosts. */
export class Podman {
  private constructor(private readonly directory: string) {}

  /** Needs podman, runc and catatonit of the distribution. @throws Error where it starts no pod */
  static async open(): Promise<Podman> {
    const podman = new Podman(mkdtempSync(join(tmpdir(), 'bench-podman-')));
    try {
      writeFileSync(podman.path('containers.conf'), SETTINGS);
      execFileSync('docker', ['save', '--output', podman.path('image.tar'), IMAGE], { stdio: 'pipe' });
      await podman.call('load', '--input', podman.path('image.tar'));
      // The first pod makes its pause image.
      await podman.play('warm', 1);
      await podman.down();
      return podman;
    } catch (error) {
      await podman.close();
      throw error;
    }
  }

  /** Resolves when the pod runs. */
  async play(name: string, containers: number): Promise<void> {
    const spec = Array.from({ length: containers }, (_, index) => ({ name: `c${index}`, image: IMAGE, imagePullPolicy: 'Never', command: ['sleep', '1000'] }));
    writeFileSync(this.path('pod.json'), JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { terminationGracePeriodSeconds: 0, containers: spec } }));
    await this.call('kube', 'play', this.path('pod.json'));
  }

  /** Removes the pod that was played last. */
  async down(): Promise<void> {
    await this.call('kube', 'down', this.path('pod.json'));
  }

  async close(): Promise<void> {
    await this.call('pod', 'rm', '--all', '--force', '--time', '0').catch(() => undefined);
    await run('umount', ['--recursive', '--quiet', this.path('root/overlay')]).catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private async call(...words: readonly string[]): Promise<void> {
    const storage = ['--root', this.path('root'), '--runroot', this.path('run'), '--runtime', 'runc'];
    await run('podman', [...storage, ...words], { env: { ...process.env, CONTAINERS_CONF: this.path('containers.conf') } });
  }
}
