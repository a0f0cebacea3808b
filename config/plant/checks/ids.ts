import { type Draft, SECTIONS } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { ENV } from '../schema.ts';

/** An id stands once in its section; no unit takes the name of the outside. */
export function idFindings(draft: Draft): Finding[] {
  const doubled = SECTIONS.flatMap((section) =>
    [...draft.ids[section]].flatMap(([id, paths]) =>
      paths
        .slice(1)
        .map((path) =>
          fault(
            'id.duplicate',
            path,
            `${section} 中 id“${id}”重复（共 ${paths.length} 处）`,
            `the id "${id}" stands ${paths.length} times in ${section}`,
          ),
        ),
    ),
  );
  const outside = (draft.ids.units.get(ENV) ?? []).map((path) =>
    fault('id.reserved', path, `${ENV} 表示厂外，不能作为用能单位的 id`, `${ENV} means outside the plant and is no id of a unit`),
  );
  return [...doubled, ...outside];
}
