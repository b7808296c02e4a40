package io.classbell.http.page;

import io.classbell.http.representation.Representation;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files that pages load. An asset has two addresses: one by its name, which caches revalidate, and
 * one that changes with its content and may be cached for ever. Pages use the latter. A path that a
 * browser sends is looked up here; it never becomes a path of a file.
 */
final class Assets {

  static final String PATH = "/assets/";

  /** Caches may store the response but must revalidate it. */
  static final String REVALIDATED = "no-cache";

  private static final String IMMUTABLE = "public, max-age=31536000, immutable";

  /** The content of one address. */
  record Asset(Representation content, String cacheControl) {}

  private final Map<String, Asset> byPath = new HashMap<>();
  private final Map<String, String> versionedPaths = new HashMap<>();

  /**
   * Adds a file.
   *
   * @param name the path below {@link #PATH}
   * @return the versioned path
   */
  String add(String name, String type, Buffer content) {
    Representation file = Representation.fixed(type + "; charset=utf-8", content);
    String versioned = PATH + file.tag() + "/" + name;
    versionedPaths.put(name, versioned);
    byPath.put(PATH + name, new Asset(file, REVALIDATED));
    byPath.put(versioned, new Asset(file, IMMUTABLE));
    return versioned;
  }

  @Nullable Asset at(String path) {
    return byPath.get(path);
  }

  /**
   * The versioned path of a file.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  String path(String name) {
    String path = versionedPaths.get(name);
    if (path == null) {
      throw new IllegalArgumentException("The asset " + name + " is missing.");
    }
    return path;
  }

  /** Replaces quoted paths of assets in a page by their versioned paths. */
  String withVersionedPaths(String page) {
    String result = page;
    for (Map.Entry<String, String> asset : versionedPaths.entrySet()) {
      result = result.replace('"' + PATH + asset.getKey() + '"', '"' + asset.getValue() + '"');
    }
    return result;
  }
}
