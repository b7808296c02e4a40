package io.classbell.http.contract;

import io.classbell.platform.bus.Caller;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The roles that may call each operation, from {@code x-roles} in the contract. Access to single
 * resources is decided by the modules, which answer 404.
 */
public final class Access {

  private static final String ROLES = "x-roles";

  /** The only entry of the list if an operation needs no access token. */
  private static final String ANONYMOUS = "anonymous";

  private final Map<String, Set<Caller.Role>> rolesByOperation;
  private final Set<String> withOptionalToken;

  private Access(Map<String, Set<Caller.Role>> rolesByOperation, Set<String> withOptionalToken) {
    this.rolesByOperation = rolesByOperation;
    this.withOptionalToken = withOptionalToken;
  }

  /**
   * Reads the roles of every operation.
   *
   * @throws IllegalStateException naming every operation whose {@code x-roles} are missing, are not
   *     a list of roles, or contradict its {@code security}
   */
  static Access of(OpenAPIContract contract) {
    Map<String, Set<Caller.Role>> roles = new HashMap<>();
    Set<String> withOptionalToken = new HashSet<>();
    Set<String> invalid = new TreeSet<>();
    boolean tokenByDefault = contract.getRawContract().containsKey("security");
    for (Operation operation : contract.operations()) {
      JsonObject model = operation.getOpenAPIModel();
      String id = operation.getOperationId();
      List<?> names = model.getJsonArray(ROLES, new JsonArray()).getList();
      boolean anonymous = names.equals(List.of(ANONYMOUS));
      Set<Caller.Role> known = EnumSet.noneOf(Caller.Role.class);
      for (Caller.Role role : Caller.Role.values()) {
        if (names.contains(role.name())) {
          known.add(role);
        }
      }
      boolean everyNameIsARole = !names.isEmpty() && known.size() == names.size();
      if (!anonymous && !everyNameIsARole || anonymous == needsToken(model, tokenByDefault)) {
        invalid.add(id);
      }
      roles.put(id, Set.copyOf(known));
      if (anonymous && model.getJsonArray("security", new JsonArray()).size() > 1) {
        withOptionalToken.add(id);
      }
    }
    if (!invalid.isEmpty()) {
      throw new IllegalStateException(
          "Operations whose x-roles are missing, unknown or contradict their security: " + invalid);
    }
    return new Access(Map.copyOf(roles), Set.copyOf(withOptionalToken));
  }

  /** An empty list, or an empty alternative in the list, lets callers in without a token. */
  private static boolean needsToken(JsonObject operation, boolean byDefault) {
    JsonArray security = operation.getJsonArray("security");
    if (security == null) {
      return byDefault;
    }
    return !security.isEmpty()
        && security.stream().noneMatch(alternative -> ((JsonObject) alternative).isEmpty());
  }

  /** Whether the operation needs no access token. */
  public boolean isAnonymous(String operation) {
    return rolesOf(operation).isEmpty();
  }

  /**
   * Whether the operation needs no access token but tells callers with one more. A token that is
   * sent must be valid.
   */
  public boolean takesToken(String operation) {
    return withOptionalToken.contains(operation);
  }

  /** Whether a user of that role may call the operation; anonymous ones are open to every role. */
  public boolean allows(String operation, Caller.Role role) {
    Set<Caller.Role> roles = rolesOf(operation);
    return roles.isEmpty() || roles.contains(role);
  }

  private Set<Caller.Role> rolesOf(String operation) {
    Set<Caller.Role> roles = rolesByOperation.get(operation);
    if (roles == null) {
      throw new IllegalArgumentException("The contract has no operation " + operation + ".");
    }
    return roles;
  }
}
