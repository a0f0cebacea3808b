import { resolve } from 'node:path';
import type { AlarmTarget as Definition } from '../../config/plant/alarms.ts';
import { readSecret, readSecretFile, type Secret } from '../../config/plant/secret.ts';
import { Fault } from '../../config/words/fault.ts';
import { mqttTarget } from './mqtt.ts';
import { smtpTarget } from './smtp.ts';
import type { AlarmTarget } from './target.ts';
import { webhookTarget } from './webhook.ts';

const TIMEOUT_MS = 10_000;
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', '[::1]', 'localhost'];

/**
 * The targets of an alarm file. Secrets are read here, from the environment or files beside the alarm file.
 *
 * @param base folder of the alarm file.
 * @throws Fault where a secret cannot be read, or mail or a token would go over a network in the clear.
 */
export function openTargets(definitions: readonly Definition[], base: string): AlarmTarget[] {
  const own = (secret: Secret | undefined): string | undefined => (secret === undefined ? undefined : readSecret(secret, base, 'alarms'));
  const file = (path: string | undefined): { ca?: Buffer } =>
    path === undefined ? {} : { ca: readSecretFile(resolve(base, path), 'alarms') };
  const credentials = (username: Secret | undefined, password: Secret | undefined): { username?: string; password?: string } => ({
    ...(username === undefined ? {} : { username: own(username)! }),
    ...(password === undefined ? {} : { password: own(password)! }),
  });
  const targetOf = (one: Definition): AlarmTarget => {
    switch (one.to) {
      case 'mqtt': {
        const url = new URL(one.url);
        if (one.password !== undefined && url.protocol !== 'mqtts:' && !LOOPBACK.includes(url.hostname)) throw inTheClear(one.url);
        return mqttTarget({
          url: one.url,
          topic: one.topic,
          timeoutMs: TIMEOUT_MS,
          ...file(one.ca),
          ...credentials(one.username, one.password),
        });
      }
      case 'webhook': {
        const url = new URL(one.url);
        if (one.bearer !== undefined && url.protocol !== 'https:' && !LOOPBACK.includes(url.hostname)) throw inTheClear(url.origin);
        return webhookTarget({ url: one.url, timeoutMs: TIMEOUT_MS, ...(one.bearer === undefined ? {} : { bearer: own(one.bearer)! }) });
      }
      case 'smtp': {
        const { host, port, tls, from, recipients } = one;
        if (tls === 'none' && !LOOPBACK.includes(host)) throw inTheClear(host);
        return smtpTarget({
          host,
          port,
          tls,
          from,
          recipients,
          timeoutMs: TIMEOUT_MS,
          ...file(one.ca),
          ...credentials(one.username, one.password),
        });
      }
    }
  };
  return definitions.map(targetOf);
}

function inTheClear(place: string): Fault {
  return new Fault({
    code: 'alarms.in-the-clear',
    place,
    zh: '报警的口令或邮件将以明文离开本机：请用 TLS（mqtts、https、tls: required）',
    en: 'a secret or mail of an alarm would leave this machine in the clear: use TLS (mqtts, https, tls: required)',
  });
}
