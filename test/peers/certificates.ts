import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes, with OpenSSL, authorities of the test's own (`NAME.crt`, `NAME.key`) and certificates that the first of them signed for one
 * subject alternative name, e.g. `DNS:meter.test`. All hold for two days.
 */
export function writeCertificates(
  folder: string,
  { authorities, names, san }: { readonly authorities: readonly string[]; readonly names: readonly string[]; readonly san: string },
): void {
  const openssl = (command: string) => {
    try {
      execFileSync('openssl', command.split(' '), { stdio: 'pipe', cwd: folder });
    } catch (cause) {
      throw new Error("openssl failed or is missing: install Debian's package openssl", { cause });
    }
  };
  const [ca] = authorities;
  for (const name of authorities) {
    openssl(`req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ${name}.key -out ${name}.crt -subj /CN=${name}`);
  }
  writeFileSync(join(folder, 'san'), `subjectAltName=${san}`);
  for (const name of names) {
    openssl(`req -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`);
    openssl(`x509 -req -in ${name}.csr -out ${name}.crt -CA ${ca}.crt -CAkey ${ca}.key -CAcreateserial -days 2 -extfile san`);
  }
}
