import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkPlant } from '../../../config/plant/check.ts';
import { deviceSchema } from '../../../config/plant/devices.ts';

/** docs/sources.md: every example is a plant file's, and every protocol has its place on the page. */
const PAGE = readFileSync(new URL('../../../docs/sources.md', import.meta.url), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^(#+) (.+)$|^```yaml\n([\s\S]*?)^```$/gm)].reduce<{ heading: string; examples: [string, string][] }>(
  ({ heading, examples }, [, , title, example]) =>
    title === undefined ? { heading, examples: [...examples, [heading, example as string]] } : { heading: title, examples },
  { heading: '', examples: [] },
).examples;

describe('the page of sources', () => {
  it.each(EXAMPLES)('%s: the example is one of a plant file', (_heading, example) => {
    const text = `liangheng: 1\nplant: { id: p, name: 厂, jurisdiction: yunnan }\nunits: [{ id: P, name: 全厂, level: plant }]\n${example}`;
    const { faults } = checkPlant(text, 'docs/sources.md', Date.now());
    expect(faults.map(({ place, en }) => `${place} ${en}`)).toEqual([]);
  });

  it('names every protocol, and shows one of each but those of the page of Modbus', () => {
    const protocols = deviceSchema.options.map((option) => option.shape.protocol.value);
    for (const protocol of protocols) {
      const family = protocol.split('-')[0] as string;
      expect(PAGE).toContain(`\`${family}`);
      if (family !== 'modbus') expect(EXAMPLES.some(([, example]) => example.includes(`protocol: ${family}`))).toBe(true);
    }
  });
});
