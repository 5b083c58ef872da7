// HTML from elsewhere, made harmless: no scripts, no handlers, no forms, no loads.

import DOMPurify from "dompurify";

const OUTSIDE = /^(?!data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]|#)/i;

const purifier = DOMPurify();

// A picture from another origin would tell that origin who reads.
purifier.addHook("uponSanitizeAttribute", (_node, attribute) => {
  if (["src", "srcset", "poster", "background"].includes(attribute.attrName)) {
    attribute.keepAttr = !OUTSIDE.test(attribute.attrValue.trim());
  }
});

/** Return HTML in which nothing runs and nothing is loaded. */
export function sanitise(html: string): string {
  return purifier.sanitize(html, { FORBID_TAGS: ["form", "style"], ADD_ATTR: ["target"] });
}

/** As `sanitize-html` is called by widgets for a label in HTML. */
export default function sanitiseLabel(html: string): string {
  return sanitise(html);
}
