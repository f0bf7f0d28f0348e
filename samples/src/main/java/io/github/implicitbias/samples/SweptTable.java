package io.github.implicitbias.samples;

import io.github.implicitbias.lab.sweep.Swept;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** The user's own data; a run is what the sample {@code csv} makes of this scale and this seed. */
final class SweptTable implements Swept {

  private final Table table;
  private final CsvModel model;
  private final CommonOptions common;

  SweptTable(Table table, CsvModel model, CommonOptions common) {
    this.table = table;
    this.model = model;
    this.common = common;
    model.check(table);
    CsvModel.checkSize(table.size(), inputs(), model.hiddenUnits());
  }

  private int inputs() {
    return table.columns().size() - 1;
  }

  @Override
  public String description() {
    return table.file().getFileName()
        + ", "
        + table.size()
        + " samples of "
        + inputs()
        + " features; "
        + model
        + ", "
        + model.hiddenUnits()
        + " units, loss "
        + model.lossName();
  }

  @Override
  public String scaleName() {
    return "scale s of the start: weights from N(0, s² / inputs of the layer)";
  }

  @Override
  public DataSet data(long seed) {
    return new Batches(table, inputs(), model.dataType(), table.size(), seed).all();
  }

  @Override
  public MultiLayerNetwork network(double scale, long seed) {
    return model.network(table, model.hiddenUnits(), null, scale, seed, common.learningRate(0.01));
  }

  @Override
  public int steps() {
    return common.steps(1000, 1);
  }

  @Override
  public String[] layers() {
    return new String[] {"layer0"};
  }
}
