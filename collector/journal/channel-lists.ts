import { escapeText } from './codec.ts';

/** A list of channels that comes again and again: all that one request of a device brings. */
export interface ChannelList {
  /** One array for ever: what is known of it need not be looked up again. */
  readonly channels: readonly string[];
  /** No name has escapes in the journal's text. */
  readonly plain: boolean;
}

/** Fewer samples of one moment are no worth a list: they stay records. */
export const SHORTEST_RUN = 8;
const MOST_LISTS = 10_000;

/** Lists met so far, by their first channel: the next run that begins with it is expected to bring the same. */
export class ChannelLists {
  readonly #byFirst = new Map<string, ChannelList>();

  expected(first: string): ChannelList | undefined {
    return this.#byFirst.get(first);
  }

  /** @param channels at least `SHORTEST_RUN`; not changed any more. */
  remember(channels: readonly string[]): ChannelList {
    if (this.#byFirst.size >= MOST_LISTS) this.#byFirst.clear();
    const list = { channels, plain: channels.every((name) => escapeText(name) === name) };
    this.#byFirst.set(channels[0] as string, list);
    return list;
  }
}
