import { FileChild } from 'docx';

/** Elements as docx hands them to its writer: by name, with children or attributes. */
export type Element = { readonly [name: string]: Attributes | readonly (Element | Attributes | string)[] };
export type Attributes = { readonly _attr: Readonly<Record<string, string | number>> };

export const attributes = (values: Attributes['_attr']): Attributes => ({ _attr: values });

/** A paragraph or table whose elements are written as they are: docx's own, of a dozen objects each, take most of a document's time. */
export class PlainElement extends FileChild {
  constructor(name: 'w:p' | 'w:tbl', elements: readonly (Element | Attributes)[]) {
    super(name);
    this.root.push(...elements);
  }
}
