package io.classbell.http.page;

import java.util.ArrayList;
import java.util.List;

/** Finds the static parts of the HTML templates in a module. */
final class JavaScriptTemplates {
  private static final String BEFORE_REGEX = "(,=:[!&|?{};+";

  private final String code;
  private final List<String> templates = new ArrayList<>();
  private int at;

  private JavaScriptTemplates(String code) {
    this.code = code;
  }

  /** The templates, each expression replaced by the character 0. */
  static List<String> of(String code) {
    JavaScriptTemplates parser = new JavaScriptTemplates(code);
    while (parser.at < code.length()) {
      parser.code();
      parser.at++;
    }
    return parser.templates;
  }

  /** Skips code up to the closing brace of the block in which it begins. */
  private void code() {
    int depth = 0;
    char last = '(';
    for (; at < code.length(); at++) {
      char c = code.charAt(at);
      if (c == '}' && depth-- == 0) {
        return;
      } else if (c == '{') {
        depth++;
      } else if (c == '"' || c == '\'') {
        skipTo(c);
      } else if (c == '`') {
        template(code.startsWith("html", at - 4));
      } else if (code.startsWith("//", at)) {
        at = code.indexOf('\n', at);
      } else if (code.startsWith("/*", at)) {
        at = code.indexOf("*/", at) + 1;
      } else if (c == '/' && BEFORE_REGEX.indexOf(last) >= 0) {
        regularExpression();
      }
      if (!Character.isWhitespace(c)) {
        last = c;
      }
    }
  }

  private void skipTo(char end) {
    for (at++; code.charAt(at) != end; at++) {
      if (code.charAt(at) == '\\') {
        at++;
      }
    }
  }

  private void regularExpression() {
    boolean isClass = false;
    for (at++; isClass || code.charAt(at) != '/'; at++) {
      char c = code.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '[' || c == ']') {
        isClass = c == '[';
      }
    }
  }

  private void template(boolean isHtml) {
    StringBuilder text = new StringBuilder();
    for (at++; code.charAt(at) != '`'; at++) {
      char c = code.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '$' && code.charAt(at + 1) == '{') {
        at += 2;
        code();
        text.append('\0');
      } else {
        text.append(c);
      }
    }
    if (isHtml) {
      templates.add(text.toString());
    }
  }
}
