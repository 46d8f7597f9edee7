package io.vfnic.device.decode;

import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.RegisterMaps;
import io.vfnic.device.register.Register;
import io.vfnic.device.ring.RingContents;
import io.vfnic.device.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;

/** Makes dumps of a card's functions. Nothing of the functions changes by it. Any thread. */
public final class FunctionDumper {
    private final Igb82576 registers;
    /** By watch point. */
    private final Map<Integer, PoolEngine> pools;
    private final RegisterDecoder decoder = new RegisterDecoder();

    /** @param pools of the functions that there are. */
    public FunctionDumper(Igb82576 registers, List<PoolEngine> pools) {
        this.registers = registers;
        this.pools = pools.stream().collect(Collectors.toMap(PoolEngine::index, Function.identity()));
    }

    /**
     * Dumps a function. The PF of a card that drives it itself has registers and no rings.
     *
     * @param function name of the PF or of a VF.
     * @return is completed by an agent's thread; empty where there is no such function.
     */
    public Optional<CompletableFuture<FunctionDump>> dump(String function) {
        int point = Watch.indexOf(function);
        if (point != Watch.PF && !pools.containsKey(point)) {
            return Optional.empty();
        }
        List<DecodedRegister> values = point == Watch.PF ? dump(RegisterMaps.Block::pf, registers::pfPeek)
            : dump(RegisterMaps.Block::vf,
                (register, element) -> registers.vfRegisters(point).peek(register.offset(element)));
        CompletableFuture<List<RingContents>> rings = new CompletableFuture<>();
        if (pools.containsKey(point)) {
            pools.get(point).inspect(rings::complete);
        } else {
            rings.complete(List.of());
        }
        return Optional.of(rings.thenApply(contents -> new FunctionDump(function, values, contents)));
    }

    private List<DecodedRegister> dump(
        Function<RegisterMaps.Block, List<Register>> view, ToIntBiFunction<Register, Integer> peek) {
        List<DecodedRegister> values = new ArrayList<>();
        for (RegisterMaps.Block block : RegisterMaps.BLOCKS) {
            for (Register register : view.apply(block)) {
                for (int element = 0; element < register.count(); element++) {
                    values.add(decoder.decode(register, element, peek.applyAsInt(register, element)));
                }
            }
        }
        return values;
    }
}
