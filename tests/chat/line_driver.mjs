// Runs the widget's line for tests in Python: a JSON array a line in (method, arguments), a JSON object a line out.
import { createInterface } from "node:readline";
import { WidgetLine } from "../../callcenter/web/frontend/src/parts/chat_line.js";

let line = new WidgetLine(() => 0.5);
for await (const asked of createInterface({ input: process.stdin })) {
  const [method, ...rest] = JSON.parse(asked);
  if (method === "new") line = new WidgetLine(() => 0.5);
  const actions = method === "new" ? [] : line[method](...rest) ?? [];
  const { phase, attempt, conversation, last, due, outbox } = line;
  console.log(JSON.stringify({ actions, state: { phase, attempt, conversation, last, due, outbox } }));
}
