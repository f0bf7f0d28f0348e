package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.testkit.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every prediction of the library promises. */
class PredictionsContractTest {

  static List<Prediction> all() {
    return Predictions.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyPredictionKeepsTheContract(Prediction prediction) {
    Contracts.prediction(() -> prediction);
  }

  @Test
  void everythingOfTheLibrary_dependsOnNothingButTheRun() {
    Contracts.independence(Preset.FULL.instruments());
  }

  @Test
  void idsAreUnique_andAllAreDocumented() throws IOException {
    String document = Files.readString(Path.of("../../docs/predictions.md"));
    Set<String> ids = new HashSet<>();
    for (Prediction prediction : all()) {
      assertTrue(ids.add(prediction.id()), prediction.id());
      assertTrue(document.contains("`" + prediction.id() + "`"), prediction.id());
    }
    for (Law law : Predictions.laws()) {
      assertTrue(ids.add(law.id()), law.id());
      assertTrue(document.contains("`" + law.id() + "`"), law.id());
      assertTrue(law.id().matches("[a-z]\\p{Alnum}+"), law.id());
      assertFalse(law.advice().isEmpty(), law.id());
    }
    assertEquals(all().size() + Predictions.laws().size(), ids.size());
  }
}
