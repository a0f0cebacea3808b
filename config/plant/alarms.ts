import { z } from 'zod';
import { secret } from './values.ts';

const auth = { username: secret.optional(), password: secret.optional() };

/** Where alarms go. Several of one kind may stand beside each other; each gets every event. */
export const alarmTargetSchema = z.discriminatedUnion('to', [
  z.strictObject({
    to: z.literal('mqtt'),
    url: z.string().describe('mqtt:// or mqtts://'),
    topic: z.string().min(1).describe('events are published below it: TOPIC/PLANT/OUTFALL'),
    ca: z.string().optional(),
    ...auth,
  }),
  z.strictObject({
    to: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }),
    bearer: secret.optional().describe('token of an Authorization header'),
  }),
  z.strictObject({
    to: z.literal('smtp'),
    host: z.string(),
    port: z.int().min(1).max(65535).default(587),
    tls: z
      .enum(['required', 'implicit', 'none'])
      .default('required')
      .describe('required: STARTTLS; implicit: from the first byte; none: loopback only'),
    ca: z.string().optional(),
    from: z.email(),
    recipients: z.array(z.email()).min(1),
    ...auth,
  }),
]);

/** File of alarm targets, beside the plant files of a bureau. */
export const alarmFileSchema = z.strictObject({ alarms: z.literal(1), targets: z.array(alarmTargetSchema).min(1) });

export type AlarmTarget = z.output<typeof alarmTargetSchema>;
