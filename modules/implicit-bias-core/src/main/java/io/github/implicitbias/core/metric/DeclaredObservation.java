package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An observation as one sees it who has declared what it needs: of what only some need, it shows
 * that. One instance serves all records of a run.
 */
final class DeclaredObservation implements Observation {

  private final Observation whole;
  private final Needs needs;
  private final boolean showsBoundary;
  private final boolean showsFullBatch;
  private final boolean showsOwnUpdate;
  private final Consumer<Needs> undeclared;
  private final DeclaredNetwork network = new DeclaredNetwork();

  /**
   * Makes the view that goes with some needs.
   *
   * @param undeclared is told of what is asked for without being declared
   */
  DeclaredObservation(Observation whole, Needs needs, Consumer<Needs> undeclared) {
    this.whole = whole;
    this.needs = needs;
    this.undeclared = undeclared;
    this.showsBoundary = needs.includes(Needs.BOUNDARY);
    this.showsFullBatch = needs.includes(Needs.FULL_BATCH);
    this.showsOwnUpdate = needs.includes(Needs.OWN_UPDATE);
  }

  @Override
  public long step() {
    return whole.step();
  }

  @Override
  public double loss() {
    return whole.loss();
  }

  @Override
  public int layers() {
    return whole.layers();
  }

  @Override
  public PatternHistory pattern(int layer) {
    return whole.pattern(layer);
  }

  @Override
  public @Nullable Boundary boundary(int layer) {
    if (!showsBoundary) {
      undeclared.accept(Needs.BOUNDARY);
      return null;
    }
    return whole.boundary(layer);
  }

  @Override
  public boolean hasParameters() {
    return whole.hasParameters();
  }

  @Override
  public ParameterNorms parameters() {
    return whole.parameters();
  }

  @Override
  public boolean followsPreviousStep() {
    return whole.followsPreviousStep();
  }

  @Override
  public Probe probe() {
    return whole.probe();
  }

  @Override
  public NetworkView network() {
    return network;
  }

  @Override
  public double watchShare() {
    return whole.watchShare();
  }

  /**
   * Returns an intermediate result.
   *
   * @throws IllegalStateException if it needs what was not declared here
   */
  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    T result = whole.shared(type, factory);
    if (!needs.includes(result.needs())) {
      undeclared.accept(result.needs());
      throw new IllegalStateException(
          type.getSimpleName()
              + " is asked for, but needs() does not name what it needs: "
              + needs.missing(result.needs()));
    }
    return result;
  }

  /** The network, of whose training only what was declared is told. */
  private final class DeclaredNetwork implements NetworkView, TrainingSetup {

    @Override
    public boolean isStack() {
      return whole.network().isStack();
    }

    @Override
    public String whyNoOutputs() {
      return whole.network().whyNoOutputs();
    }

    @Override
    public String whyNoMatrix(int tracked) {
      return whole.network().whyNoMatrix(tracked);
    }

    @Override
    public String lossName() {
      return whole.network().lossName();
    }

    @Override
    public String whyNoStack() {
      return whole.network().whyNoStack();
    }

    @Override
    public int layers() {
      return whole.network().layers();
    }

    @Override
    public WeightLayer layer(int number) {
      return whole.network().layer(number);
    }

    @Override
    public int outputs() {
      return whole.network().outputs();
    }

    @Override
    public double @Nullable [] outputPreActivations() {
      return whole.network().outputPreActivations();
    }

    @Override
    public double @Nullable [] lossDerivatives() {
      return whole.network().lossDerivatives();
    }

    @Override
    public boolean lossCurvature(double[] direction, double[] into) {
      return whole.network().lossCurvature(direction, into);
    }

    @Override
    public @Nullable String lossKind() {
      return whole.network().lossKind();
    }

    @Override
    public boolean classifies() {
      return whole.network().classifies();
    }

    @Override
    public TrainingSetup training() {
      return this;
    }

    @Override
    public boolean isPlainSgd() {
      return whole.network().training().isPlainSgd();
    }

    @Override
    public boolean hasOneLearningRate() {
      return whole.network().training().hasOneLearningRate();
    }

    @Override
    public boolean isFullBatch() {
      if (!showsFullBatch) {
        undeclared.accept(Needs.FULL_BATCH);
        return false;
      }
      return whole.network().training().isFullBatch();
    }

    @Override
    public @Nullable String otherMover() {
      if (!showsOwnUpdate) {
        undeclared.accept(Needs.OWN_UPDATE);
        return "it is not known what moves the parameters (declare Needs.OWN_UPDATE)";
      }
      return whole.network().training().otherMover();
    }

    @Override
    public boolean isRegularized() {
      return whole.network().training().isRegularized();
    }

    @Override
    public String regularization() {
      return whole.network().training().regularization();
    }

    @Override
    public boolean dividesByBatch() {
      return whole.network().training().dividesByBatch();
    }

    @Override
    public double learningRate() {
      return whole.network().training().learningRate();
    }

    @Override
    public boolean isMomentumSgd() {
      return whole.network().training().isMomentumSgd();
    }

    @Override
    public double l2() {
      return whole.network().training().l2();
    }

    @Override
    public double momentum() {
      return whole.network().training().momentum();
    }

    @Override
    public @Nullable String whyNoFlowTime() {
      return whole.network().training().whyNoFlowTime();
    }

    @Override
    public double kappa() {
      return whole.network().training().kappa();
    }
  }
}
