"""One compiled executor that runs any range of a table of operations.

Stepping one operation, one phase, one batch or ten thousand batches is the same call with another range, so
what is shown slowly and what runs fast cannot differ.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from engine.kernels import dropout, elementwise, losses, matmul, schedules, softmax, updates
from engine.kernels import opcodes as oc
from engine.kernels._jit import jit
from engine.kernels.simd import lanes, load, store

(P0, P1, P2, P3, P4, P5, P6, P7) = range(oc.OPERANDS, oc.OPERANDS + oc.MAX_OPERANDS)
N0, N1, BATCHED, SCRATCH = oc.SIZE_0, oc.SIZE_1, oc.BATCHED, oc.SCRATCH


@jit
def take_rows(memory, at, data, order, first, rows):
    """Copy the rows order[first:first+rows] of `data`, C-contiguous; no number beyond it is read."""
    count = data.shape[1]
    whole = count // lanes(memory) * lanes(memory)
    for r in range(rows):
        row = order[first + r]
        for i in range(0, whole, lanes(memory)):
            store(memory, at + r * count + i, load(data, row * count + i))
        for i in range(whole, count):
            memory[at + r * count + i] = data[row, i]


@jit
def take_batch(memory, x, y, inputs, targets, order, first, rows):
    """Copy the examples order[first:first+rows] into the memory at x and y."""
    take_rows(memory, x, inputs, order, first, rows)
    take_rows(memory, y, targets, order, first, rows)


@jit
def run_activation(o, code, memory, rows, count):
    """Run one activation, forward or backward."""
    if code == oc.TANH_FORWARD:
        elementwise.tanh_forward(memory, o[P0], o[P1], count)
    elif code == oc.TANH_BACKWARD:
        elementwise.tanh_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.RELU_FORWARD:
        elementwise.relu_forward(memory, o[P0], o[P1], count)
    elif code == oc.RELU_BACKWARD:
        elementwise.relu_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SIGMOID_FORWARD:
        elementwise.sigmoid_forward(memory, o[P0], o[P1], count)
    elif code == oc.SIGMOID_BACKWARD:
        elementwise.sigmoid_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.GAUSSIAN_FORWARD:
        elementwise.gaussian_forward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.GAUSSIAN_BACKWARD:
        elementwise.gaussian_backward(memory, o[P0], o[P1], o[P2], o[P3], o[P4], count)
    elif code == oc.STEP_FORWARD:
        elementwise.step_forward(memory, o[P0], o[P1], count)
    elif code == oc.STEP_BACKWARD:
        elementwise.step_backward(memory, o[P0], o[P1], count)
    elif code == oc.SOFTMAX_FORWARD:
        softmax.softmax_forward(memory, o[P0], o[P1], rows, o[N0])
    elif code == oc.SOFTMAX_BACKWARD:
        softmax.softmax_backward(memory, o[P0], o[P1], o[P2], rows, o[N0])


@jit
def run_later_activation(o, code, memory, count):
    """Run one of the activations that came after ReLU, forward or backward."""
    if code == oc.ELU_FORWARD:
        elementwise.elu_forward(memory, o[P0], o[P1], count)
    elif code == oc.ELU_BACKWARD:
        elementwise.elu_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.LEAKY_RELU_FORWARD:
        elementwise.leaky_relu(memory, o[P0], o[P0], o[P1], count)
    elif code == oc.LEAKY_RELU_BACKWARD:
        elementwise.leaky_relu(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SELU_FORWARD:
        elementwise.selu_forward(memory, o[P0], o[P1], count)
    elif code == oc.SELU_BACKWARD:
        elementwise.selu_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SWISH_FORWARD:
        elementwise.swish_forward(memory, o[P0], o[P1], count)
    elif code == oc.SWISH_BACKWARD:
        elementwise.swish_backward(memory, o[P0], o[P1], o[P2], o[P3], count)
    elif code == oc.GELU_FORWARD:
        elementwise.gelu_forward(memory, o[P0], o[P1], count)
    elif code == oc.GELU_BACKWARD:
        elementwise.gelu_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SOFTPLUS_FORWARD:
        elementwise.softplus_forward(memory, o[P0], o[P1], count)
    elif code == oc.SOFTPLUS_BACKWARD:
        elementwise.softplus_backward(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SINE_FORWARD:
        elementwise.sine_forward(memory, o[P0], o[P1], count)
    elif code == oc.SINE_BACKWARD:
        elementwise.sine_backward(memory, o[P0], o[P1], o[P2], count)


@jit
def run_between_layers(o, code, memory, count):
    """Run one operation of dropout or of a skip connection."""
    if code == oc.DRAW_MASK:
        dropout.draw_mask(memory, o[P0], o[P1], o[P2], o[P3], count)
    elif code in (oc.DROPOUT_FORWARD, oc.DROPOUT_BACKWARD):
        dropout.multiply(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SKIP_FORWARD:
        dropout.add(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SKIP_BACKWARD:
        dropout.add(memory, o[P0], o[P1], o[P1], count)


@jit
def run_loss(o, code, memory, rows):
    """Run one loss or its gradient."""
    units = o[N0]
    if code == oc.HALF_SQUARED_ERROR:
        memory[o[P2]] = losses.half_squared_error(memory, o[P0], o[P1], rows, units)
    elif code == oc.HALF_SQUARED_ERROR_GRADIENT:
        losses.half_squared_error_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.MEAN_SQUARED_ERROR:
        memory[o[P2]] = losses.mean_squared_error(memory, o[P0], o[P1], rows, units)
    elif code == oc.MEAN_SQUARED_ERROR_GRADIENT:
        losses.mean_squared_error_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.MEAN_ABSOLUTE_ERROR:
        memory[o[P2]] = losses.mean_absolute_error(memory, o[P0], o[P1], rows, units)
    elif code == oc.MEAN_ABSOLUTE_ERROR_GRADIENT:
        losses.mean_absolute_error_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.BINARY_CROSS_ENTROPY:
        memory[o[P2]] = losses.binary_cross_entropy(memory, o[P0], o[P1], rows, units)
    elif code == oc.BINARY_CROSS_ENTROPY_GRADIENT:
        losses.binary_cross_entropy_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.CATEGORICAL_CROSS_ENTROPY:
        memory[o[P2]] = softmax.categorical_cross_entropy(memory, o[P0], o[P1], rows, units)
    elif code == oc.CATEGORICAL_CROSS_ENTROPY_GRADIENT:
        softmax.categorical_cross_entropy_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.HINGE:
        memory[o[P2]] = losses.hinge(memory, o[P0], o[P1], rows, units)
    elif code == oc.HINGE_GRADIENT:
        losses.hinge_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.EXPONENTIAL:
        memory[o[P2]] = losses.exponential(memory, o[P0], o[P1], rows, units)
    elif code == oc.EXPONENTIAL_GRADIENT:
        losses.exponential_gradient(memory, o[P0], o[P1], o[P2], rows, units)
    elif code == oc.LOGISTIC:
        memory[o[P2]] = losses.logistic(memory, o[P0], o[P1], rows, units)
    elif code == oc.LOGISTIC_GRADIENT:
        losses.logistic_gradient(memory, o[P0], o[P1], o[P2], rows, units)


@jit
def run_update(o, code, memory):
    """Run one penalty, its gradient, or one line of an optimizer."""
    count = o[N0] * o[N1]
    if code == oc.GRADIENT_STEP:
        updates.gradient_step(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.VELOCITY:
        updates.velocity(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.NESTEROV_STEP:
        updates.nesterov_step(memory, o[P0], o[P1], o[P2], o[P3], o[P4], count)
    elif code == oc.COUNT_STEP:
        memory[o[P0]] += 1.0
    elif code == oc.MOVING_AVERAGE:
        updates.moving_average(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.MOVING_AVERAGE_OF_SQUARES:
        updates.moving_average_of_squares(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.ADAM_STEP:
        updates.adam_step(memory, o[P0], o[P1], o[P2], o[P3], o[P4], o[P5], o[P6], o[P7], count)
    elif code == oc.L1_PENALTY:
        memory[o[P2]] = updates.l1_penalty(memory, o[P0], o[P1], count)
    elif code == oc.L1_PENALTY_GRADIENT:
        updates.l1_penalty_gradient(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.L2_PENALTY:
        memory[o[P2]] = updates.l2_penalty(memory, o[P0], o[P1], count)
    elif code == oc.L2_PENALTY_GRADIENT:
        updates.l2_penalty_gradient(memory, o[P0], o[P1], o[P2], count)


@jit
def run_later_update(o, code, memory):
    """Run one line of the optimizers that came after Adam, of clipping or of weight decay."""
    count = o[N0] * o[N1]
    if code == oc.CLIP_VALUES:
        updates.clip_values(memory, o[P0], o[P1], count)
    elif code == oc.GRADIENT_NORM:
        memory[o[P1]] = updates.gradient_norm(memory, o[P0], count)
    elif code == oc.CLIP_NORM:
        updates.clip_norm(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.COUPLED_DECAY:
        updates.l2_penalty_gradient(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.DECOUPLED_DECAY:
        updates.decoupled_decay(memory, o[P0], o[P1], o[P2], count)
    elif code == oc.SUM_OF_SQUARES:
        updates.sum_of_squares(memory, o[P0], o[P1], count)
    elif code == oc.ROOT_SCALED_STEP:
        updates.root_scaled_step(memory, o[P0], o[P1], o[P2], o[P3], o[P4], count)
    elif code == oc.ADADELTA_CHANGE:
        updates.adadelta_change(memory, o[P0], o[P1], o[P2], o[P3], o[P4], count)
    elif code == oc.RUNNING_MAXIMUM:
        updates.running_maximum(memory, o[P0], o[P1], count)
    elif code == oc.DECAYED_MAXIMUM:
        updates.decayed_maximum(memory, o[P0], o[P1], o[P2], o[P3], count)
    elif code == oc.ADAMAX_STEP:
        updates.adamax_step(memory, o[P0], o[P1], o[P2], o[P3], o[P4], o[P5], count)
    elif code == oc.NEXT_MOMENTUM:
        memory[o[P3]] = updates.next_momentum(memory, o[P0], o[P1], o[P2])
    elif code == oc.MOMENTUM_CORRECTION:
        memory[o[P1]] = 1.0 - memory[o[P0]] * (1.0 - memory[o[P1]])
    elif code == oc.NESTEROV_MEAN:
        updates.nesterov_mean(memory, o[P0], o[P1], o[P2], o[P3], o[P4], o[P5], count)
    elif code == oc.NADAM_STEP:
        updates.nadam_step(memory, o[P0], o[P1], o[P2], o[P3], o[P4], o[P5], o[P6], count)


@jit
def run_schedule(o, code, memory):
    """Run one line of a schedule: of up to four numbers it makes one."""
    made = o[P2]
    if code in (oc.STEP_DECAY, oc.COSINE_DECAY):
        made = o[P4]
    elif code not in (oc.WHOLE_EPOCHS, oc.STEPS_AFTER_WARM_UP):
        made = o[P3]
    memory[made] = schedules.schedule(code, memory[o[P0]], memory[o[P1]], memory[o[P2]], memory[o[P3]])


@jit
def run_operations(table, start, stop, memory, inputs, targets, order, first, rows):
    """Run the operations start…stop-1 of `table` on the batch order[first:first+rows].

    Parameters
    ----------
    table : int64 [operations, TABLE_COLUMNS]
    start, stop : int
    memory : float [M], all arenas one behind the other
    inputs, targets : float [N, I], [N, O]
    order : int64 [N], the epoch's permutation
    first, rows : int, where the batch starts in `order` and how many examples it has
    """
    for k in range(start, stop):
        o = table[k]
        code = o[oc.OPCODE]
        if code < oc.DENSE_FORWARD:
            take_batch(memory, o[P0], o[P1], inputs, targets, order, first, rows)
        elif code == oc.DENSE_FORWARD:
            matmul.dense_forward(memory, o[P0], o[P1], o[P2], o[P3], rows, o[N0], o[N1])
        elif code == oc.DENSE_WEIGHT_GRADIENT:
            matmul.dense_weight_gradient(memory, o[P0], o[P1], o[P2], rows, o[N0], o[N1])
        elif code == oc.DENSE_BIAS_GRADIENT:
            matmul.dense_bias_gradient(memory, o[P0], o[P1], rows, o[N0])
        elif code == oc.DENSE_INPUT_GRADIENT:
            matmul.dense_input_gradient(memory, o[P0], o[P1], o[P2], o[SCRATCH], rows, o[N0], o[N1])
        elif code < oc.HALF_SQUARED_ERROR:
            run_activation(o, code, memory, rows, o[N0] * (rows if o[BATCHED] else 1))
        elif code < oc.L1_PENALTY:
            run_loss(o, code, memory, rows)
        elif code < oc.ELU_FORWARD:
            run_update(o, code, memory)
        elif code < oc.DRAW_MASK:
            run_later_activation(o, code, memory, o[N0] * (rows if o[BATCHED] else 1))
        elif code < oc.CLIP_VALUES:
            run_between_layers(o, code, memory, o[N0] * (rows if o[BATCHED] else 1))
        elif code < oc.WHOLE_EPOCHS:
            run_later_update(o, code, memory)
        else:
            run_schedule(o, code, memory)


@jit
def run_batches(table, memory, inputs, targets, order, batch_size, start, stop, loss, batch_losses):
    """Run whole batches start…stop-1 of an epoch; the last one takes what is left of the examples.

    `loss` is the address of the loss in the memory; `batch_losses` [stop - start] receives it after each
    batch.
    """
    operations = table.shape[0]
    for k in range(start, stop):
        first = k * batch_size
        rows = min(batch_size, order.size - first)
        run_operations(table, 0, operations, memory, inputs, targets, order, first, rows)
        batch_losses[k - start] = memory[loss]
