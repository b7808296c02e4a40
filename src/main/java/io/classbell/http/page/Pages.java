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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pages: the web application, the list of endpoints, and the API's documentation. Every file is
 * named here or in {@link WebApp}; a path that a browser sends never becomes one of a file. The
 * files are read and compressed once per node and are shared by its event loops.
 */
public final class Pages {

  private static final String HTML = "text/html; charset=utf-8";

  /** Content security policy: no inline scripts, no eval, no external resources. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
          + "form-action 'none'";

  private static final String LANGUAGE = "en";
  private static final String SWAGGER = "swagger-ui";

  /**
   * A system property for development: the directory from which the web application is read anew
   * for each request of a page, usually {@code src/main/resources/web}.
   */
  private static final String SOURCE = "classbell.web.source";

  /** What one path answers. */
  private record File(boolean isPage, String path, Representation content) {

    void send(RoutingContext rc) {
      if (isPage) {
        describe(rc);
      } else {
        rc.response().putHeader(HttpHeaders.CONTENT_LANGUAGE, LANGUAGE);
      }
      content.send(rc, Assets.REVALIDATED);
    }
  }

  private final Contract contract;
  private final boolean testMode;
  private final @Nullable String source = System.getProperty(SOURCE);
  private final List<File> files = new ArrayList<>();
  private final Assets assets = new Assets();
  private volatile WebApp app;

  /**
   * Reads all files; it blocks.
   *
   * @param publicUrl the address that the served contract names as its server
   */
  public Pages(Contract contract, String publicUrl, boolean testMode) {
    this.contract = contract;
    this.testMode = testMode;
    app = app();
    assets.add("icon.svg", "image/svg+xml", WebResources.read("/web/icon.svg"));
    assets.add("page.css", "text/css", WebResources.read("/web/page.css"));
    assets.add("docs.css", "text/css", WebResources.read("/web/docs.css"));
    assets.add("docs.js", "text/javascript", WebResources.read("/web/docs.js"));
    assets.add("swagger-ui.css", "text/css", swagger("swagger-ui.css"));
    assets.add("swagger-ui-bundle.js", "text/javascript", swagger("swagger-ui-bundle.js"));

    page("/endpoints", index());
    page("/docs", WebResources.read("/web/docs.html").toString());
    Representation document = Representation.fixed("application/yaml", contract.textFor(publicUrl));
    files.add(new File(false, "/openapi.yaml", document));
  }

  private WebApp app() {
    return new WebApp(testMode, source == null ? null : java.nio.file.Path.of(source));
  }

  private static Buffer swagger(String file) {
    return WebResources.readWebJar("org.webjars", SWAGGER, file);
  }

  /** Serves the pages on one event loop. */
  public void addTo(Router router) {
    files.forEach(file -> router.get(file.path).handler(file::send));
    app.paths().forEach(path -> router.get(path.route()).handler(rc -> send(rc, path)));
    router.get(Assets.PATH + "*").handler(this::sendAsset);
  }

  private void send(RoutingContext rc, WebApp.PagePath path) {
    if (source != null) {
      app = app();
    }
    app.send(rc, path);
  }

  private void sendAsset(RoutingContext rc) {
    String path = rc.normalizedPath();
    Assets.Asset asset = assets.at(path);
    if (asset == null) {
      asset = app.assets().at(path);
    }
    if (asset == null) {
      rc.next();
    } else {
      rc.response().putHeader("Content-Security-Policy", WebApp.policyOf(path));
      asset.content().send(rc, asset.cacheControl());
    }
  }

  private void page(String path, String html) {
    Representation content =
        Representation.fixed(HTML, Buffer.buffer(assets.withVersionedPaths(html)));
    files.add(new File(true, path, content));
  }

  /** Sends a page that is generated for one request and must not be cached. */
  static void page(RoutingContext rc, Buffer html) {
    describe(rc);
    Answer.of(200, html, HTML).send(rc.response());
  }

  private static void describe(RoutingContext rc) {
    rc.response()
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader(HttpHeaders.CONTENT_LANGUAGE, LANGUAGE);
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
    return WebResources.read("/web/endpoints.html")
        .toString()
        .replace("{{rows}}", rows)
        .replace(
            "{{mailbox}}",
            testMode ? "<li><a href=\"/dev/mailbox\">Mails caught in test mode</a></li>" : "");
  }
}
