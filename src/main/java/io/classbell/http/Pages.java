package io.classbell.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The few pages: what there is, and the API's documentation. Every file is named here and read at
 * the start; a path that a browser sends never becomes one of a file.
 */
final class Pages {

  private static final String HTML = "text/html; charset=utf-8";

  /** No inline script, no eval, nothing from elsewhere. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
          + "form-action 'none'";

  private final Contract contract;
  private final String publicUrl;
  private final boolean testMode;

  /**
   * @param publicUrl the address that the served contract names as its server
   */
  Pages(Contract contract, String publicUrl, boolean testMode) {
    this.contract = contract;
    this.publicUrl = publicUrl;
    this.testMode = testMode;
  }

  void addTo(Router router) {
    Buffer index = Buffer.buffer(index());
    router.get("/").handler(rc -> page(rc, index));
    Buffer document = contract.textFor(publicUrl);
    router
        .get("/openapi.yaml")
        .handler(rc -> rc.response().putHeader("Content-Type", "application/yaml").end(document));
    Buffer docs = read("/web/docs.html");
    router.get("/docs").handler(rc -> page(rc, docs));
    Buffer reset = read("/web/reset.html");
    router.get("/reset").handler(rc -> page(rc, reset));
    asset(router, "/assets/reset.js", "text/javascript", read("/web/reset.js"));
    asset(router, "/assets/icon.svg", "image/svg+xml", read("/web/icon.svg"));
    asset(router, "/assets/page.css", "text/css", read("/web/page.css"));
    asset(router, "/assets/docs.css", "text/css", read("/web/docs.css"));
    asset(router, "/assets/docs.js", "text/javascript", read("/web/docs.js"));
    String swagger =
        "/META-INF/resources/webjars/swagger-ui/" + version("org.webjars/swagger-ui") + "/";
    asset(router, "/assets/swagger-ui.css", "text/css", read(swagger + "swagger-ui.css"));
    asset(
        router,
        "/assets/swagger-ui-bundle.js",
        "text/javascript",
        read(swagger + "swagger-ui-bundle.js"));
  }

  static void page(RoutingContext rc, Buffer html) {
    rc.response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Content-Type", HTML)
        .end(html);
  }

  private static void asset(Router router, String path, String type, Buffer content) {
    router
        .get(path)
        .handler(
            rc ->
                rc.response()
                    .putHeader("Content-Type", type + "; charset=utf-8")
                    .putHeader("Cache-Control", "public, max-age=3600")
                    .end(content));
  }

  private String index() {
    StringBuilder rows = new StringBuilder();
    for (Path path : contract.api().getPaths()) {
      for (Operation operation : path.getOperations()) {
        String summary = String.valueOf(operation.getOpenAPIModel().getString("summary"));
        rows.append("<tr><td>")
            .append(operation.getHttpMethod().name())
            .append("</td><td><code>")
            .append(Html.escape(Contract.PREFIX + path.getName()))
            .append("</code></td><td>")
            .append(Html.escape(summary))
            .append("</td></tr>\n");
      }
    }
    return read("/web/index.html")
        .toString()
        .replace("{{rows}}", rows)
        .replace(
            "{{mailbox}}",
            testMode ? "<li><a href=\"/dev/mailbox\">Mails caught in test mode</a></li>" : "");
  }

  private static String version(String webJar) {
    Properties properties = new Properties();
    try (InputStream in =
        Pages.class.getResourceAsStream("/META-INF/maven/" + webJar + "/pom.properties")) {
      if (in == null) {
        throw new IllegalStateException("The WebJar " + webJar + " is missing.");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static Buffer read(String resource) {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + resource + " is missing.");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
