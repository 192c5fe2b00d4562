import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const FILE_NAME = 'journal';

/** The file: appended to and fsynced, or replaced as a whole. Calls must not overlap. Errors are the file system's. */
export class JournalFile {
  private handle: FileHandle | undefined;
  /** Bytes written since the file was last replaced, and its size then. */
  sizeBytes = 0;

  private constructor(private readonly path: string) {}

  /** Makes the directory where it is missing, and shows that it can be written to. */
  static async open(dataDir: string): Promise<{ readonly file: JournalFile; readonly text: string }> {
    await mkdir(dataDir, { recursive: true, mode: DIRECTORY_MODE });
    const file = new JournalFile(join(dataDir, FILE_NAME));
    const text = await readFile(file.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return { file, text };
  }

  async append(text: string): Promise<void> {
    this.handle ??= await open(this.path, 'a', FILE_MODE);
    await this.handle.appendFile(text);
    await this.handle.datasync();
    this.sizeBytes += Buffer.byteLength(text);
  }

  /** At any instant the file holds the old text or the new one. */
  async replace(text: string): Promise<void> {
    await this.close();
    const temporary = `${this.path}.new`;
    const handle = await open(temporary, 'w', FILE_MODE);
    try {
      await handle.chmod(FILE_MODE);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.path);
    await syncDirectory(dirname(this.path));
    this.sizeBytes = Buffer.byteLength(text);
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }
}

/** A rename lasts only when the directory that holds it is written. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
