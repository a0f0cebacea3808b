import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REASON_CODE } from '../../collector/sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../collector/sample/sample.ts';
import { MEASUREMENT } from '../../collector/stores/lines.ts';
import { type WordKey, word } from '../../config/words/word.ts';

const FOLDER = join('dashboards', 'grafana');
const files = readdirSync(join(FOLDER, 'dashboards'));
const text = (...path: string[]): string => readFileSync(join(FOLDER, ...path), 'utf8');

describe('Grafana', () => {
  const sources = (
    parse(text('provisioning', 'datasources', 'liangheng.yaml')) as { datasources: { name: string; type: string; url: string }[] }
  ).datasources;

  it('has a data source for each engine, placed by the environment and without a secret of its own', () => {
    expect(new Set(sources.map(({ name }) => name))).toEqual(new Set(['InfluxDB 1', 'InfluxDB 2', 'VictoriaMetrics']));
    for (const { url } of sources) expect(url).toMatch(/^\$[A-Z0-9_]+$/);
    const secrets = [...text('provisioning', 'datasources', 'liangheng.yaml').matchAll(/(?:password|httpHeaderValue1): (.*)/g)].map(
      ([, value]) => value,
    );
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(secret).toMatch(/^(Token )?\$[A-Z0-9_]+$/);
  });

  it.each(files)('%s chooses among data sources that are provisioned', (file) => {
    const { templating } = JSON.parse(text('dashboards', file)) as {
      templating: { list: { name: string; type: string; query: string; regex: string }[] };
    };
    const { query, regex } = templating.list.find(({ type }) => type === 'datasource')!;
    const matching = sources.filter(({ name, type }) => type === query && new RegExp(regex.slice(1, -1)).test(name));
    expect(matching.length).toBeGreaterThan(0);
  });

  it.each(files.filter((file) => file.startsWith('readings-')))(
    '%s names every quality, reason and origin by the words of the pages',
    (file) => {
      const mappings = text('dashboards', file);
      expect(mappings).toContain(MEASUREMENT);
      const codes: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
        ['quality', QUALITY_CODE],
        ['reason', REASON_CODE],
        ['origin', ORIGIN_CODE],
      ];
      const options = [...mappings.matchAll(/"options": (\{\s+"0": \{[\s\S]*?\}\s+\})/g)].map(
        ([, json]) => JSON.parse(json!) as Record<string, { text: string }>,
      );
      for (const [prefix, values] of codes) {
        const own = options.filter((each) => each['1']?.text.startsWith(word('zh', `${prefix}.${Object.keys(values)[1]}` as WordKey)));
        expect(own.length, prefix).toBeGreaterThan(0);
        for (const each of own) {
          expect(Object.keys(each)).toHaveLength(Object.keys(values).length);
          for (const [name, code] of Object.entries(values))
            expect(each[`${code}`]!.text).toContain(word('en', `${prefix}.${name}` as WordKey));
        }
      }
    },
  );
});
