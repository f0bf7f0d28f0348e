package io.github.implicitbias.run;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Writes the visits of a run into the JSON export. */
final class VisitsJson {

  private final RunVisits visits;
  private final List<String> features;
  private final JsonText json;

  VisitsJson(Run run, JsonText json) {
    this.visits = run.visits();
    this.features = run.header().featureNames();
    this.json = json;
  }

  /** Writes the value of the member {@code visits}. */
  void write() {
    if (visits.isEmpty()) {
      json.nothing();
      return;
    }
    json.open('{').name("epochs").open('[');
    visits.visitEpochs(this::epoch);
    json.close(']');
    VisitTable table = visits.samples();
    json.line().name("status");
    if (table == null) {
      json.nothing();
    } else {
      json.text(table.status());
      samples(table);
      suspects(table);
    }
    json.close('}');
  }

  private void epoch(VisitEpoch epoch) {
    json.line().open('{').name("epoch").number(epoch.epoch());
    json.name("firstStep").number(epoch.firstStep()).name("lastStep").number(epoch.lastStep());
    for (EpochNumber what : EpochNumber.values()) {
      json.name(what.id());
      double value = epoch.number(what);
      if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
        json.number((long) value);
      } else {
        json.number(value);
      }
    }
    json.name("layers").open('[');
    epoch.layers().forEach(this::layer);
    json.close(']').close('}');
  }

  private void layer(VisitLayer layer) {
    json.line().open('{').name("name").text(layer.name());
    count("deadUnits", layer.deadUnits());
    count("linearUnits", layer.linearUnits());
    count("distinctPatterns", layer.distinctPatterns());
    count("flips", layer.flips());
    json.name("atLeast").truth(layer.isAtLeast()).name("shares").open('[');
    for (float share : layer.shares()) {
      json.number(share);
    }
    json.close(']').name("flipsOfUnits");
    long[] flips = layer.flipsOfUnits();
    if (flips == null) {
      json.nothing();
    } else {
      json.open('[');
      for (long flipped : flips) {
        json.number(flipped);
      }
      json.close(']');
    }
    json.close('}');
  }

  private void count(String name, long value) {
    json.name(name);
    if (value < 0) {
      json.nothing();
    } else {
      json.number(value);
    }
  }

  private void samples(VisitTable table) {
    json.line().name("samplesAtStep").number(table.step());
    json.name("samplesAtEnd").truth(table.isLast());
    json.name("classes").open('[');
    table.classes().forEach(json::text);
    json.close(']').line().name("sampleColumns").open('[').text("sample").text("id");
    for (VisitColumn column : VisitColumn.values()) {
      json.text(column.id());
    }
    List<String> layers = table.layers();
    layers.forEach(layer -> json.text("flips[" + layer + "]"));
    json.close(']').name("sampleRows").open('[');
    for (int i = 0; i < table.size(); i++) {
      json.line().open('[').number(i);
      if (table.hasIds()) {
        json.text(table.id(i));
      } else {
        json.nothing();
      }
      for (VisitColumn column : VisitColumn.values()) {
        value(table, column, i);
      }
      for (String layer : layers) {
        whole(table.flips(layer, i));
      }
      json.close(']');
    }
    json.close(']');
  }

  private void whole(int value) {
    if (value < 0) {
      json.nothing();
    } else {
      json.number(value);
    }
  }

  private void value(VisitTable table, VisitColumn column, int sample) {
    if (column.isFraction()) {
      double value = table.number(column, sample);
      json.number(Absent.is(value) ? Float.NaN : (float) value);
    } else {
      whole(table.whole(column, sample));
    }
  }

  private void suspects(VisitTable table) {
    VisitSuspects suspects = table.suspects();
    List<Integer> epochs = new ArrayList<>();
    visits.visitSamples(stored -> epochs.add(stored.epoch()));
    json.line().name("suspects").open('{').name("threshold").number(suspects.threshold());
    json.name("expectedByChance")
        .number(suspects.expectedByChance())
        .name("reason")
        .text(suspects.reason());
    json.name("epochs").open('[');
    epochs.forEach(json::number);
    json.close(']').name("features").open('[');
    features.forEach(json::text);
    json.close(']').name("pictureShape").open('[');
    for (int length : table.pictureShape()) {
      json.number((long) length);
    }
    json.close(']').name("samples").open('[');
    int[] samples = suspects.samples();
    MarginHistory history = new MarginHistory(visits, samples, epochs.size());
    for (int k = 0; k < samples.length; k++) {
      json.line().open('{').name("sample").number(samples[k]);
      json.name("label");
      whole(table.whole(VisitColumn.LABEL, samples[k]));
      json.name("network");
      whole(table.whole(VisitColumn.INSTEAD, samples[k]));
      json.name("meanMargin");
      value(table, VisitColumn.MEAN_MARGIN, samples[k]);
      json.name("margins").open('[');
      for (float margin : history.of(k)) {
        json.number(margin);
      }
      json.close(']').name("values").open('[');
      for (float value : table.values(samples[k])) {
        json.number(value);
      }
      json.close(']').name("picture");
      byte[] picture = table.picture(samples[k]);
      if (picture.length == 0) {
        json.nothing();
      } else {
        json.text(Base64.getEncoder().encodeToString(picture));
      }
      json.close('}');
    }
    json.close(']').close('}');
  }
}
