import { sm2 } from 'sm-crypto-v2';

/** Object identifier of the curve of SM2, 1.2.156.10197.1.301, as DER. */
const CURVE = Buffer.from('06082a811ccf5501822d', 'hex');
/** An ECPrivateKey of 32 bytes, and an uncompressed point as a bit string. */
const PRIVATE = Buffer.from('0201010420', 'hex');
const PUBLIC = Buffer.from('03420004', 'hex');
/** Identity of the signer where none is agreed. @source GM/T 0009-2012 clause 10 */
const SIGNER = '1234567812345678';
const SPKI = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d03420004', 'hex');

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

/** Whether a PEM holds a key on the curve of SM2. */
export function isSm2(pem: string): boolean {
  return derOf(pem).includes(CURVE);
}

/**
 * An SM2 signature with SM3 over a message as DER in base64, and the public key that checks it as PEM.
 *
 * @param privateKeyPem PKCS #8, as `openssl genpkey -algorithm SM2` writes it
 * @throws RangeError where the PEM holds no private key of SM2
 * @source GB/T 32918.2 (SM2 signature), GB/T 32905 (SM3)
 */
export function signedBySm2(message: Uint8Array, privateKeyPem: string): { readonly signature: string; readonly publicKey: string } {
  const der = derOf(privateKeyPem);
  const at = der.indexOf(PRIVATE);
  if (at < 0 || der.length < at + PRIVATE.length + 32) throw new RangeError('the PEM holds no SM2 private key');
  const key = der.subarray(at + PRIVATE.length, at + PRIVATE.length + 32).toString('hex');
  const point = sm2.getPublicKeyFromPrivateKey(key);
  const signature = sm2.doSignature(message, key, { hash: true, der: true, publicKey: point, userId: SIGNER });
  const body = Buffer.concat([SPKI, Buffer.from(point.slice(-128), 'hex')]).toString('base64');
  const publicKey = `-----BEGIN PUBLIC KEY-----\n${body.match(/.{1,64}/g)!.join('\n')}\n-----END PUBLIC KEY-----\n`;
  return { signature: Buffer.from(signature, 'hex').toString('base64'), publicKey };
}

/** Whether a signature is that of an SM2 public key over a message. */
export function isSignedBySm2(message: Uint8Array, signature: string, publicKeyPem: string): boolean {
  const der = derOf(publicKeyPem);
  const at = der.lastIndexOf(PUBLIC);
  if (at < 0 || der.length < at + PUBLIC.length + 64) return false;
  const point = `04${der.subarray(at + PUBLIC.length, at + PUBLIC.length + 64).toString('hex')}`;
  const options = { hash: true, der: true, userId: SIGNER };
  return sm2.doVerifySignature(message, Buffer.from(signature.trim(), 'base64').toString('hex'), point, options);
}
