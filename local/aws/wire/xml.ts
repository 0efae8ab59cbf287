/** An element without its attributes, save its namespace: a text, or its children, a list where there are several of a name. */
export type Xml = string | { readonly [name: string]: Xml | readonly Xml[] };

const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)([^>]*?)(\/?)>|([^<]+)/g;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = '') =>
      hex !== undefined || decimal !== undefined
        ? String.fromCodePoint(hex !== undefined ? parseInt(hex, 16) : Number(decimal))
        : (ENTITIES[name as string] ?? whole),
  );
}

interface Open {
  readonly name: string;
  readonly children: Map<string, Xml[]>;
  text: string;
}

function closed({ children, text }: Open): Xml {
  if (children.size === 0) return unescape(text);
  return Object.fromEntries(
    [...children].map(([name, [first, ...more]]) => [
      name,
      more.length > 0 ? [first ?? '', ...more] : (first ?? ''),
    ]),
  );
}

/**
 * Reads the XML that AWS's clients send: elements and texts, no CDATA, no document type. Undefined for what is not
 * well-formed.
 */
export function readXml(text: string): { readonly root: string; readonly content: Xml } | undefined {
  const top: Open = { name: '', children: new Map(), text: '' };
  const open = [top];
  let end = 0;
  for (const {
    0: token,
    1: closing,
    2: name,
    3: attributes = '',
    4: empty,
    5: characters,
    index,
  } of text.matchAll(TOKEN)) {
    if (index !== end) return undefined;
    end = index + token.length;
    const innermost = open.at(-1) ?? top;
    if (characters !== undefined) innermost.text += characters;
    else if (name === undefined) continue;
    else if (closing) {
      if (innermost.name !== name || open.length === 1) return undefined;
      open.pop();
      const parent = open.at(-1) ?? top;
      parent.children.set(name, [...(parent.children.get(name) ?? []), closed(innermost)]);
    } else {
      const namespace = / xmlns="([^"]*)"/.exec(attributes)?.[1];
      const children = new Map<string, Xml[]>(namespace !== undefined ? [['xmlns', [namespace]]] : []);
      const element: Open = { name, children, text: '' };
      if (empty) innermost.children.set(name, [...(innermost.children.get(name) ?? []), closed(element)]);
      else open.push(element);
    }
  }
  const [[root, [content]] = ['', []], ...more] = top.children;
  if (end !== text.length || open.length > 1 || content === undefined || more.length > 0) return undefined;
  return { root, content };
}
