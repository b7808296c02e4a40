package io.classbell.booking.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettlementRuleTest {

  @Test
  void its_names_are_those_of_the_contract() throws Exception {
    List<String> promised = new ArrayList<>();
    try (InputStream in = SettlementRule.class.getResourceAsStream("/openapi.yaml")) {
      JsonNode names = new YAMLMapper().readTree(in).at("/components/schemas/Rule/enum");
      names.forEach(name -> promised.add(name.asText()));
    }
    assertThat(promised)
        .containsExactlyElementsOf(
            Stream.of(SettlementRule.values()).map(SettlementRule::code).toList());
  }
}
