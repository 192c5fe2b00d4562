import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts, and where they lie. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Authorities and certificates of theirs, made by the distribution's openssl; `remove` takes the files away. */
export class CertificateMaker {
  private readonly directory = mkdtempSync(join(tmpdir(), 'certificates-'));

  authority(name: string): Certificate {
    return this.make(name, (cert, key) => this.openssl('req', '-x509', ...NEW_KEY, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`, '-days', '2'));
  }

  /** A certificate for 127.0.0.1, or for who calls. @param use `serverAuth` or `clientAuth` */
  signed(name: string, authority: Certificate, use: 'serverAuth' | 'clientAuth'): Certificate {
    return this.make(name, (cert, key) => {
      const [request, extensions] = [join(this.directory, `${name}.csr`), join(this.directory, `${name}.ext`)];
      writeFileSync(extensions, `subjectAltName=IP:127.0.0.1\nextendedKeyUsage=${use}\n`);
      this.openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
      this.openssl('x509', '-req', '-in', request, '-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial', '-out', cert, '-days', '2', '-extfile', extensions);
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  private make(name: string, write: (certFile: string, keyFile: string) => void): Certificate {
    const [certFile, keyFile] = [join(this.directory, `${name}.pem`), join(this.directory, `${name}.key`)];
    write(certFile, keyFile);
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  private openssl(...words: string[]): void {
    execFileSync('openssl', words, { stdio: 'pipe' });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
