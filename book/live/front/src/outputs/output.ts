// What a cell gives out, in the notebook format's own terms.

export type Bundle = Record<string, unknown>;

export interface Stream {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string | string[];
}

export interface Display {
  output_type: "display_data" | "execute_result";
  data: Bundle;
  metadata?: Bundle;
}

export interface Failure {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

export type Output = Stream | Display | Failure;

/** Return text that the format may hold as one string or as a list of lines. */
export function join(text: unknown): string {
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}
