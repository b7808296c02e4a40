package io.classbell.embedded.provider;

import java.util.List;

/** The checkout pages of the fake providers. All texts are their own; nothing is escaped. */
final class CheckoutPage {
  private static final String HEAD =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
          + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
          + "<title>Fake checkout</title></head>"
          + "<body style=\"font-family:sans-serif;max-width:32em;margin:3em auto\">";

  private CheckoutPage() {}

  static String html(String provider, String amount, List<String> actions, boolean declined) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("<h1>Fake ").append(provider).append("</h1>");
    if (declined) {
      page.append("<p role=\"alert\">The payment was declined. Try again.</p>");
    }
    page.append("<p>Classbell credits: <strong>").append(amount).append("</strong></p>");
    page.append("<p>No money moves here. Choose what the payer does.</p><form method=\"post\">");
    for (String action : actions) {
      page.append("<button name=\"action\" value=\"")
          .append(action)
          .append("\" style=\"margin-right:1em\">")
          .append(action)
          .append("</button>");
    }
    return page.append("</form></body></html>").toString();
  }

  static String closed() {
    return HEAD + "<h1>Fake checkout</h1><p>This checkout is closed.</p></body></html>";
  }
}
