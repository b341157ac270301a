import { z } from 'zod';

/** Becomes a definition of its own under `$defs`. */
export type NamedSchema = readonly [id: string, schema: z.ZodType, description: string];

/** A zod schema as the text of a JSON Schema. */
export function jsonSchemaText(
  root: z.ZodType,
  named: readonly NamedSchema[],
  texts: { readonly title: string; readonly description: string },
): string {
  const metadata = z.registry<{ id: string; description: string }>();
  for (const [id, schema, description] of named) metadata.add(schema, { id, description });
  const { $schema, ...schema } = z.toJSONSchema(root, {
    metadata,
    override: ({ jsonSchema }) => {
      // Zod's integers are JavaScript's safe ones; that is no news to a reader of JSON.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // `format` says it in less.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return `${JSON.stringify({ $schema, ...texts, ...schema }, null, 2)}\n`;
}
