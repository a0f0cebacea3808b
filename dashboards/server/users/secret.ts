import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits that a person or a program carries; only its digest is kept. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
