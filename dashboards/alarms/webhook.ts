import { type AlarmTarget, documentOf } from './target.ts';

export interface WebhookSettings {
  readonly url: string;
  readonly bearer?: string;
  readonly timeoutMs: number;
}

/** Posts each event as JSON; a status of 2xx means that it was taken. Redirections are not followed: the token is for this address. */
export function webhookTarget({ url, bearer, timeoutMs }: WebhookSettings): AlarmTarget {
  return {
    name: `webhook ${new URL(url).host}`,
    async deliver(event) {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': encodeURIComponent(`${event.id}|${event.event}`),
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(documentOf(event)),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}`);
    },
    close: () => Promise.resolve(),
  };
}
