import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { isSignedBySm2, isSm2, signedBySm2 } from './sm2.ts';

/**
 * A signature over the manifest's bytes and the public key that checks it, both as text: Ed25519, or SM2 with SM3 where the key is one.
 *
 * @throws RangeError for a key of another kind
 */
export function signed(manifest: Uint8Array, privateKeyPem: string): { readonly signature: string; readonly publicKey: string } {
  if (isSm2(privateKeyPem)) {
    const { signature, publicKey } = signedBySm2(manifest, privateKeyPem);
    return { signature: `${signature}\n`, publicKey };
  }
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') throw new RangeError(`the key is ${key.asymmetricKeyType}, neither ed25519 nor sm2`);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return { signature: `${sign(null, manifest, key).toString('base64')}\n`, publicKey };
}

/** Whether a signature is that of a public key over the manifest's bytes. */
export function isSignedBy(manifest: Uint8Array, signature: string, publicKeyPem: string): boolean {
  try {
    if (isSm2(publicKeyPem)) return isSignedBySm2(manifest, signature, publicKeyPem);
    return verify(null, manifest, createPublicKey(publicKeyPem), Buffer.from(signature.trim(), 'base64'));
  } catch {
    return false;
  }
}
