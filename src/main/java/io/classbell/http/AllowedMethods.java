package io.classbell.http;

import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a path of the contract can be asked, for the {@code Allow} header of a 405. */
final class AllowedMethods {

  private record Row(Pattern path, String methods) {}

  private final List<Row> rows = new ArrayList<>();

  AllowedMethods(OpenAPIContract contract) {
    for (Path path : contract.getPaths()) {
      String regex =
          Pattern.quote(Contract.PREFIX + path.getName())
              .replaceAll("\\{[^/}]+}", "\\\\E[^/]+\\\\Q");
      TreeSet<String> methods = new TreeSet<>();
      for (Operation operation : path.getOperations()) {
        methods.add(operation.getHttpMethod().name());
      }
      rows.add(new Row(Pattern.compile(regex + "/?"), String.join(", ", methods)));
    }
  }

  /** GET where the path is none of the contract's: everything else here is for reading. */
  String of(String path) {
    String methods = find(path);
    return methods == null ? "GET" : methods;
  }

  /** Whether the path is one of the contract's. */
  boolean knows(String path) {
    return find(path) != null;
  }

  private @Nullable String find(String path) {
    for (Row row : rows) {
      if (row.path.matcher(path).matches()) {
        return row.methods;
      }
    }
    return null;
  }
}
