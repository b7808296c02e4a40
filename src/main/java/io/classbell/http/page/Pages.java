package io.classbell.http.page;

import io.classbell.http.call.Answer;
import io.classbell.http.contract.Contract;
import io.classbell.http.representation.Representation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The few pages: what there is, and the API's documentation. Every file is named here and read at
 * the start; a path that a browser sends never becomes one of a file.
 */
public final class Pages {

  private static final String HTML = "text/html; charset=utf-8";

  /** No inline script, no eval, nothing from elsewhere. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
          + "form-action 'none'";

  private static final String ASSETS = "/assets/";
  private static final String LANGUAGE = "en";

  /** May be kept, and is asked for before it is used again. */
  private static final String REVALIDATED = "no-cache";

  private final Contract contract;
  private final String publicUrl;
  private final boolean testMode;

  /**
   * @param publicUrl the address that the served contract names as its server
   */
  public Pages(Contract contract, String publicUrl, boolean testMode) {
    this.contract = contract;
    this.publicUrl = publicUrl;
    this.testMode = testMode;
  }

  public void addTo(Router router) {
    Assets assets = new Assets(router);
    assets.add("reset.js", "text/javascript", read("/web/reset.js"));
    assets.add("verify.js", "text/javascript", read("/web/verify.js"));
    assets.add("icon.svg", "image/svg+xml", read("/web/icon.svg"));
    assets.add("page.css", "text/css", read("/web/page.css"));
    assets.add("docs.css", "text/css", read("/web/docs.css"));
    assets.add("docs.js", "text/javascript", read("/web/docs.js"));
    String swagger =
        "/META-INF/resources/webjars/swagger-ui/" + version("org.webjars/swagger-ui") + "/";
    assets.add("swagger-ui.css", "text/css", read(swagger + "swagger-ui.css"));
    assets.add("swagger-ui-bundle.js", "text/javascript", read(swagger + "swagger-ui-bundle.js"));

    page(router, "/", assets.versioned(index()));
    page(router, "/docs", assets.versioned(read("/web/docs.html").toString()));
    page(router, "/reset", assets.versioned(read("/web/reset.html").toString()));
    page(router, "/verify", assets.versioned(read("/web/verify.html").toString()));
    Representation document = Representation.fixed("application/yaml", contract.textFor(publicUrl));
    router
        .get("/openapi.yaml")
        .handler(
            rc -> {
              rc.response().putHeader(HttpHeaders.CONTENT_LANGUAGE, LANGUAGE);
              document.send(rc, REVALIDATED);
            });
  }

  private static void page(Router router, String path, String html) {
    Representation page = Representation.fixed(HTML, Buffer.buffer(html));
    router
        .get(path)
        .handler(
            rc -> {
              describe(rc);
              page.send(rc, REVALIDATED);
            });
  }

  /** A page made for one request; nobody keeps it. */
  static void page(RoutingContext rc, Buffer html) {
    describe(rc);
    Answer.of(200, html, HTML).send(rc.response());
  }

  private static void describe(RoutingContext rc) {
    rc.response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader(HttpHeaders.CONTENT_LANGUAGE, LANGUAGE);
  }

  /**
   * Files of the pages. Each has two addresses: one by its name, which is asked for anew each time,
   * and one that changes with its content and may be kept for ever; pages use the latter.
   */
  private static final class Assets {
    private final Router router;
    private final Map<String, String> versioned = new HashMap<>();

    Assets(Router router) {
      this.router = router;
    }

    void add(String name, String type, Buffer content) {
      Representation file = Representation.fixed(type + "; charset=utf-8", content);
      String path = ASSETS + file.tag() + "/" + name;
      versioned.put(ASSETS + name, path);
      router.get(ASSETS + name).handler(rc -> file.send(rc, REVALIDATED));
      router.get(path).handler(rc -> file.send(rc, "public, max-age=31536000, immutable"));
    }

    /** The page with addresses that may be kept for ever. */
    String versioned(String html) {
      String page = html;
      for (Map.Entry<String, String> asset : versioned.entrySet()) {
        page = page.replace('"' + asset.getKey() + '"', '"' + asset.getValue() + '"');
      }
      return page;
    }
  }

  private String index() {
    StringBuilder rows = new StringBuilder();
    for (Path path : contract.api().getPaths()) {
      for (Operation operation : path.getOperations()) {
        String summary = String.valueOf(operation.getOpenAPIModel().getString("summary"));
        rows.append("<tr><td>")
            .append(operation.getHttpMethod().name())
            .append("</td><td><code>")
            .append(Html.escape(Contract.PREFIX + Contract.documentedPath(path.getName())))
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
