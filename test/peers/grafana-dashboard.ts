import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A provisioned dashboard, as far as its queries go. */
export interface Dashboard {
  readonly title: string;
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
      readonly allValue?: string;
    }[];
  };
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly refId: string; readonly query?: string; readonly expr?: string; readonly instant?: boolean }[];
    readonly fieldConfig: unknown;
  }[];
}

export const dashboard = (name: string): Dashboard =>
  JSON.parse(readFileSync(join('dashboards', 'grafana', 'dashboards', `${name}.json`), 'utf8')) as Dashboard;

/** Every query of the panels with a name to report it by. */
export function queriesOf({ panels }: Dashboard): { readonly name: string; readonly text: string; readonly instant: boolean }[] {
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, query, expr, instant }) => ({ name: `${title} ${refId}`, text: query ?? expr ?? '', instant: instant === true })),
  );
}

/** Queries of the template variables. */
export function variablesOf({ templating }: Dashboard): { readonly name: string; readonly text: string }[] {
  return templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => ({ name, text: typeof query === 'string' ? query : query.query }));
}

/** What Grafana puts in the place of `$name`, `${name}` and its own macros. @throws where a query names something unknown. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{?(\w+)\}?/g, (written, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nothing stands for ${written} in ${text}`);
    return value;
  });
}
