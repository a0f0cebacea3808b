import { generateKeyPairSync } from 'node:crypto';
import { sm2, sm3 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { isSignedBy, signed } from '../../../../balance/report/pack/signature.ts';

/** Private key of the published example in PKCS #8. */
const KEY = '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8';
const pem = (der: string) => `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`;
const SM2_PEM = pem(`3041020100301306072a8648ce3d020106082a811ccf5501822d0427302502010104 20${KEY}`.replaceAll(' ', ''));
const message = new TextEncoder().encode('message digest');

describe('signature of a manifest', () => {
  it('is SM2 with SM3 for a key of that curve', () => {
    const { signature, publicKey } = signed(message, SM2_PEM);
    expect(isSignedBy(message, signature, publicKey)).toBe(true);
    expect(isSignedBy(new TextEncoder().encode('message digest.'), signature, publicKey)).toBe(false);
    const other = signed(
      message,
      SM2_PEM.replace(SM2_PEM, pem(`3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420${'12'.repeat(32)}`)),
    );
    expect(isSignedBy(message, other.signature, publicKey)).toBe(false);
    expect(isSignedBy(message, 'AAAA', publicKey)).toBe(false);
  });

  /** @source GB/T 32918.5-2017 A.2 (example of a signature with the recommended curve); GB/T 32905-2016 A.1 (SM3 of "abc") */
  it('agrees with the published vectors', () => {
    expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    const point =
      '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
    expect(sm2.getPublicKeyFromPrivateKey(KEY)).toBe(point);
    const [r, s] = [
      'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
      'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
    ];
    const options = { hash: true, userId: '1234567812345678' };
    expect(sm2.doVerifySignature(message, r + s, point, options)).toBe(true);
    const integer = (hex: string) => `022100${hex}`;
    const der = Buffer.from(`3046${integer(r)}${integer(s)}`, 'hex').toString('base64');
    expect(isSignedBy(message, der, signed(message, SM2_PEM).publicKey)).toBe(true);
  });

  it('is Ed25519 for such a key, and refuses others', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { signature, publicKey } = signed(message, text);
    expect(isSignedBy(message, signature, publicKey)).toBe(true);
    expect(isSignedBy(message, signature, signed(message, SM2_PEM).publicKey)).toBe(false);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => signed(message, rsa)).toThrow(RangeError);
  });
});
