package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which instruments the presets hold. */
class PresetTest {

  private static final List<TrackedLayer> LAYERS =
      List.of(new TrackedLayer("layer0", 0, 2, "relu"));

  @Test
  void everyInstrumentIsDocumented() throws IOException {
    String document = Files.readString(Path.of("../../docs/metrics.md"));
    for (Metric metric : Preset.FULL.instruments().metrics()) {
      assertTrue(document.contains("`" + metric.id() + "`"), metric.id());
    }
    for (UnitMetric metric : Preset.FULL.instruments().unitMetrics()) {
      assertTrue(document.contains("`" + metric.id() + "`"), metric.id());
    }
    for (SampleMetric metric : Preset.FULL.instruments().sampleMetrics()) {
      assertTrue(document.contains("`" + metric.id() + "`"), metric.id());
    }
  }

  @Test
  void everyPrediction_isFoundByItsId_andIsANewOne() {
    for (Prediction prediction : Predictions.all()) {
      Prediction found = Predictions.named(prediction.id());
      assertEquals(prediction.getClass(), found.getClass());
      assertNotSame(prediction, found);
    }
    String said =
        assertThrows(IllegalArgumentException.class, () -> Predictions.named("lossRises"))
            .getMessage();
    assertTrue(said.contains("lossRises") && said.contains("docs/predictions.md"), said);
  }

  @Test
  void presets_areNested() {
    List<String> economy = columnsOfMetrics(Preset.ECONOMY);
    List<String> standard = columnsOfMetrics(Preset.STANDARD);
    List<String> full = columnsOfMetrics(Preset.FULL);
    assertEquals(economy, standard.subList(0, economy.size()));
    assertEquals(standard, full.subList(0, standard.size()));
    assertTrue(economy.contains("watchShare"));
    assertEquals(Metrics.standard().size(), Preset.ECONOMY.instruments().metrics().size());
  }

  /** Returns the columns of a preset without those of predictions, which follow all others. */
  private static List<String> columnsOfMetrics(Preset preset) {
    return preset
        .instruments()
        .declare(
            new HeaderBuilder("s", "w", 0).layers(LAYERS),
            LAYERS,
            NetworkView.opaque(1),
            new Probe(1, new double[1], new double[1], null))
        .build()
        .columns()
        .stream()
        .filter(column -> column.prediction() < 0)
        .map(Column::name)
        .collect(Collectors.toList());
  }
}
