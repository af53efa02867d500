/** Finds words in a component's markup that a person would read or hear but that no catalogue holds. */

import { parse, type AST } from "svelte/compiler";

/** Attributes and props whose text reaches people. */
const spoken = new Set([
  "action", "alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "caption", "description",
  "detail", "fault", "hint", "label", "message", "placeholder", "text", "title",
]);

/** Parts of a component that hold no words for people. */
const silent = new Set(["ClassDirective", "Comment", "StyleDirective", "StyleSheet"]);

type Node = { type: string; start: number } & Record<string, unknown>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

function hasWords(value: unknown): boolean {
  return typeof value === "string" && /\p{L}{2,}/u.test(value);
}

/** The literals an expression can come to: itself, both arms of a choice, the pieces of a template. */
function outcomes(expression: unknown): Node[] {
  if (!isNode(expression)) {
    return [];
  }
  switch (expression.type) {
    case "Literal":
    case "TemplateElement":
      return [expression];
    case "TemplateLiteral":
      return expression["quasis"] as Node[];
    case "ConditionalExpression":
      return [...outcomes(expression["consequent"]), ...outcomes(expression["alternate"])];
    case "LogicalExpression":
    case "BinaryExpression":
      return [...outcomes(expression["left"]), ...outcomes(expression["right"])];
    default:
      return [];
  }
}

function wordsOf(node: Node): string | undefined {
  const value = node.type === "TemplateElement" ? (node["value"] as { cooked?: string }).cooked : (node["value"] ?? node["data"]);
  return hasWords(value) ? String(value).trim() : undefined;
}

/** Each finding as `line: words`. */
export function unspokenFor(source: string, filename: string): string[] {
  const found: string[] = [];
  const report = (nodes: Node[]): void => {
    for (const node of nodes) {
      const words = wordsOf(node);
      if (words !== undefined) {
        found.push(`${filename}:${source.slice(0, node.start).split("\n").length}: ${words}`);
      }
    }
  };

  function attribute(node: Node): void {
    if (!spoken.has(String(node["name"]))) {
      return;
    }
    const value = node["value"];
    for (const part of Array.isArray(value) ? value : [value]) {
      report(isNode(part) && part.type === "ExpressionTag" ? outcomes(part["expression"]) : isNode(part) ? [part] : []);
    }
  }

  function visit(node: unknown): void {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (!isNode(node) || silent.has(node.type)) {
      return;
    }
    if (node.type === "Text") {
      report([node]);
    } else if (node.type === "ExpressionTag") {
      report(outcomes(node["expression"]));
    }
    if (node.type === "Attribute") {
      attribute(node);
      return;
    }
    for (const [name, child] of Object.entries(node)) {
      if (name !== "expression" || node.type !== "ExpressionTag") {
        visit(child);
      }
    }
  }

  visit((parse(source, { filename, modern: true }) as AST.Root).fragment);
  return found;
}
