import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory with credential helpers that are shell scripts, and an environment that finds them. */
export class CredentialHelpers {
  readonly directory = mkdtempSync(join(tmpdir(), 'helpers-'));
  readonly env = { PATH: `${this.directory}:/usr/bin:/bin` };

  /** Makes `docker-credential-<name>`. */
  add(name: string, script: string): void {
    writeFileSync(join(this.directory, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** A file in the same place. @returns its path */
  file(name: string, content: unknown): string {
    const path = join(this.directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
