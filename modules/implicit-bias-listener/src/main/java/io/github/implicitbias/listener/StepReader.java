package io.github.implicitbias.listener;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.visit.VisitedBatch;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shows laws the steps of a network of DL4J: the gradient where the backward pass has left it, the
 * parameters before and after the update, the updater's velocity, and what the batch has put out.
 * Nothing is computed a second time.
 */
final class StepReader implements StepSource {

  private final Network net;
  private final OwnUpdate ownUpdate;
  private final NativeReader reader = new NativeReader();
  private final StepPlan plan;
  private final @Nullable VisitOutput own;
  private final FlatArray parameters;
  private final FlatArray gradients;
  private final FlatArray state;
  private final BatchOutput output = new BatchOutput();
  private final double[][] variances;
  private final boolean[] varianceKnown;
  private final @Nullable FeatureUse use;
  private @Nullable VisitWatch visits;
  private boolean outputKnown;
  private boolean positionsKnown;
  private boolean visited;
  private int samples;
  private long @Nullable [] statePlaces;

  StepReader(Network net, OwnUpdate ownUpdate) {
    this.net = net;
    this.ownUpdate = ownUpdate;
    String why = whyNoOutput(net);
    this.own = why == null ? VisitOutput.of(net.outputs().get(0), net.dataType(), reader) : null;
    this.plan = new StepPlan(net, own, why);
    this.parameters = new FlatArray(reader);
    this.gradients = new FlatArray(reader);
    this.state = new FlatArray(reader);
    int layers = plan.places().size();
    this.variances = new double[layers][];
    this.varianceKnown = new boolean[layers];
    this.use = FeatureUse.of(net, plan, reader);
  }

  private static @Nullable String whyNoOutput(Network net) {
    int outputs = net.outputs().size();
    if (outputs != 1) {
      return "the network has " + outputs + " outputs";
    }
    NetworkNode output = net.outputs().get(0);
    String problem = VisitOutput.problem(output);
    return problem == null ? StepPlan.whyNotByItsWeights(output) : problem;
  }

  /** Says where the visits of the steps are read, whose outputs need not be read again. */
  void following(@Nullable VisitWatch watch) {
    visits = watch;
  }

  /**
   * At the forward pass of a step.
   *
   * @param due true if the step will be read
   */
  void forward(Activations activations, boolean due) {
    Arrays.fill(varianceKnown, false);
    INDArray features = activations.input(0);
    samples = features == null ? 0 : (int) features.size(0);
    if (use != null && features != null) {
      use.forward(features);
    }
    if (!positionsKnown) {
      positionsKnown = true;
      plan.places().forEach(place -> countPositions(place, activations.outputOf(place.node)));
    }
    for (int l = 0; l < varianceKnown.length && due; l++) {
      if (plan.places().get(l).layer.normalizedBy() >= 0) {
        readVariances(l, activations.outputOf(plan.places().get(l).node));
      }
    }
  }

  /** The first batch says at how many positions the matrix of a layer is applied. */
  private static void countPositions(StepPlan.Place place, @Nullable INDArray outputs) {
    if (outputs != null && outputs.size(0) > 0) {
      long all = outputs.length() / outputs.size(0) / place.layer.units();
      place.layer.positions((int) Math.max(1, all));
    }
  }

  private void readVariances(int l, @Nullable INDArray outputs) {
    StepPlan.Place place = plan.places().get(l);
    if (outputs == null || outputs.rank() == 3) {
      return;
    }
    int units = place.layer.units();
    double[] all = new double[(int) outputs.length()];
    reader.asDoubles(outputs, all);
    boolean last = outputs.rank() == 2 || LayerTable.channelsLast(place.node, outputs.rank());
    int span = last ? 1 : (int) (outputs.length() / outputs.size(0) / units);
    double[] means = new double[units];
    double[] squares = new double[units];
    for (int k = 0; k < all.length; k++) {
      means[k / span % units] += all[k];
    }
    double count = (double) all.length / units;
    for (int j = 0; j < units; j++) {
      means[j] /= count;
    }
    for (int k = 0; k < all.length; k++) {
      double difference = all[k] - means[k / span % units];
      squares[k / span % units] += difference * difference;
    }
    for (int j = 0; j < units; j++) {
      squares[j] /= count;
    }
    variances[l] = squares;
    varianceKnown[l] = true;
  }

  /**
   * At the backward pass of a step.
   *
   * @param due true if the step will be read
   * @param taken true if its visits were read just now
   */
  void backward(boolean due, boolean taken) {
    visited = taken;
    outputKnown = false;
    if (use != null) {
      use.backward(samplesThatReturn());
    }
    VisitOutput from = taken && visits != null ? visits.onlyOutput() : null;
    if (from == null && own != null && due) {
      INDArray labels = net.labels(0);
      int count = labels == null ? 0 : (int) labels.size(0);
      boolean read = labels != null && own.read(count, labels, false, new VisitedBatch(count, 0));
      from = read ? own : null;
    }
    if (from != null) {
      from.show(output, due);
      samples = output.samples();
      outputKnown = true;
    }
  }

  /** When the gradient is known: looks where everything lies. */
  void gradient(boolean due) {
    for (int l = 0; l < plan.places().size(); l++) {
      StepPlan.Place place = plan.places().get(l);
      // Where nothing is read, only the rate of the output biases is asked for.
      for (int k = 0; k < place.rules.size() && (due || place.layer.isOutput()); k++) {
        place.rules.get(k).take();
      }
    }
    parameters.look(net.params());
    if (due) {
      gradients.look(net.gradients());
      lookAtState();
    }
  }

  private void lookAtState() {
    statePlaces = null;
    BaseMultiLayerUpdater<?> updater = net.updater();
    INDArray all = updater == null ? null : updater.getStateViewArray();
    if (updater == null || all == null) {
      return;
    }
    state.look(all);
    List<StepPlan.Place> places = plan.places();
    long[] found = new long[2 * places.size()];
    for (int l = 0; l < places.size(); l++) {
      found[2 * l] = statePlace(updater, places.get(l).weights);
      found[2 * l + 1] = places.get(l).biases < 0 ? -1 : statePlace(updater, places.get(l).biases);
    }
    statePlaces = found;
  }

  /** Returns where the state of a parameter lies, if it is one number per parameter; else -1. */
  private static long statePlace(BaseMultiLayerUpdater<?> updater, long parameter) {
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      if (block.getParamOffsetStart() <= parameter && parameter < block.getParamOffsetEnd()) {
        int numbers = block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart();
        boolean one = numbers == block.getParamOffsetEnd() - block.getParamOffsetStart();
        return one
            ? block.getUpdaterViewOffsetStart() + parameter - block.getParamOffsetStart()
            : -1;
      }
    }
    return -1;
  }

  /** After the update: what is read from now on is what it has left. */
  void updated() {
    parameters.look(net.params());
  }

  /** Returns the number of samples of the batch. */
  int samples() {
    return samples;
  }

  @Override
  public StepNetwork network() {
    return plan.network();
  }

  @Override
  public void weights(int layer, int unit, double[] into) {
    StepPlan.Place place = plan.places().get(layer);
    int inputs = place.layer.inputs();
    parameters.read(place.weights + (long) unit * inputs, inputs, 1, into);
  }

  @Override
  public void biases(int layer, double[] into) {
    StepPlan.Place place = plan.places().get(layer);
    parameters.read(place.biases, place.layer.units(), 1, into);
  }

  @Override
  public void gradient(int layer, int unit, double[] into) {
    StepPlan.Place place = plan.places().get(layer);
    int inputs = place.layer.inputs();
    gradients.read(place.weights + (long) unit * inputs, inputs, 1.0 / samples, into);
  }

  @Override
  public void biasGradient(int layer, double[] into) {
    StepPlan.Place place = plan.places().get(layer);
    gradients.read(place.biases, place.layer.units(), 1.0 / samples, into);
  }

  @Override
  public boolean velocity(int layer, int unit, double[] into) {
    StepPlan.Place place = plan.places().get(layer);
    int inputs = place.layer.inputs();
    return velocity(2 * layer, (long) unit * inputs, inputs, place.layer.rule(), into);
  }

  @Override
  public boolean biasVelocity(int layer, double[] into) {
    StepLayer of = plan.places().get(layer).layer;
    return velocity(2 * layer + 1, 0, of.units(), of.biasRule(), into);
  }

  private boolean velocity(int place, long from, int length, UpdateRule rule, double[] into) {
    if (rule.kind() != UpdateRule.Kind.NESTEROVS) {
      Arrays.fill(into, 0, length, 0);
      return true;
    }
    if (statePlaces == null) {
      // The updater is made at the first update, with a velocity of 0.
      Arrays.fill(into, 0, length, 0);
      return net.iteration() == 0;
    }
    if (statePlaces[place] < 0) {
      return false;
    }
    state.read(statePlaces[place] + from, length, 1, into);
    return true;
  }

  @Override
  public @Nullable BatchOutput output() {
    return outputKnown ? output : null;
  }

  @Override
  public boolean readsEveryBatch() {
    return visits != null;
  }

  @Override
  public boolean variances(int layer, double[] into) {
    if (varianceKnown[layer]) {
      System.arraycopy(variances[layer], 0, into, 0, variances[layer].length);
    }
    return varianceKnown[layer];
  }

  @Override
  public double epsilon(int layer) {
    return ((BatchNormalization) plan.places().get(layer).node.layer()).getEps();
  }

  @Override
  public boolean onUnits(int layer, boolean[] into) {
    return visited && visits != null && visits.onUnits(plan.places().get(layer).node, into);
  }

  @Override
  public boolean @Nullable [] usedInputs() {
    return use == null ? null : use.used();
  }

  @Override
  public int samplesThatReturn() {
    boolean known = visited && visits != null && visits.book().returns();
    return known && visits != null ? visits.book().visited() : -1;
  }

  @Override
  public @Nullable String otherMover() {
    return ownUpdate.otherMover();
  }

  /** Lets the network go. */
  void release() {
    visits = null;
  }
}
