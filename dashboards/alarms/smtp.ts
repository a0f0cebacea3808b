import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { type AlarmTarget, documentOf, subjectOf } from './target.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: 'required' | 'implicit' | 'none';
  readonly ca?: Buffer;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly timeoutMs: number;
}

/** One mail an event, delivered once the server has taken it for every recipient. A raising and its recovery are one thread. */
export function smtpTarget(settings: SmtpSettings): AlarmTarget {
  const { host, port, tls, ca, from, recipients, username, password, timeoutMs } = settings;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca: [ca] }) },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
  });
  return {
    name: `smtp ${host}:${port}`,
    async deliver(event) {
      const thread = (of: string): string => `<${createHash('sha256').update(`${event.id}|${of}`).digest('hex').slice(0, 32)}@liangheng>`;
      const taken = await transport.sendMail({
        from,
        to: [...recipients],
        subject: subjectOf(event),
        messageId: thread(event.event),
        ...(event.event === 'recovered' ? { inReplyTo: thread('raised'), references: thread('raised') } : {}),
        text: `${event.zh}\n${event.en}\n\n${JSON.stringify(documentOf(event), null, 2)}\n`,
      });
      const refused = recipients.filter((recipient) => !taken.accepted.includes(recipient));
      if (refused.length > 0) throw new Error(`${host} refused ${refused.length} of ${recipients.length} recipients`);
    },
    close: () => {
      transport.close();
      return Promise.resolve();
    },
  };
}
