package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import java.util.List;
import org.junit.jupiter.api.Test;

class BasicColumnsTest {

  @Test
  void everyBasicColumn_saysWhatItIs_inTheOrderOfTheColumns() {
    assertEquals(List.of(Column.Basic.values()), List.copyOf(BasicColumns.definitions().keySet()));
    for (Column.Basic basic : Column.Basic.values()) {
      Definition definition = BasicColumns.definitions().get(basic);
      assertFalse(definition.formula().isEmpty(), basic.id());
      assertFalse(definition.expectation().isEmpty(), basic.id());
      assertFalse(definition.title().isEmpty(), basic.id());
      assertFalse(definition.isCharted(), basic.id());
    }
  }
}
