internal import Foundation

/// The file beside a model that keeps its int8 weights, so that they are quantized once.
///
/// Layout: magic, the header's length (u32, little-endian), the header as JSON, and from `payloadStart` on the layers, each
/// in the form the product reads. Every layer's SHA-256 is in the header. A file that is missing, damaged, of another model
/// or another layout is made anew; where it cannot be written, weights stay in memory.
enum Int8File {
    /// Where a model's file is, and what it must have been made from.
    struct Place: Sendable {
        var path: String
        /// The model's fingerprint.
        var key: String
    }

    private static let magic = Array("AISLEi8\n".utf8)
    /// Changes when the form of the weights changes.
    private static let version = 1

    private struct Header: Codable, Equatable {
        var version: Int
        var key: String
        var layers: [Layer]
    }

    private struct Layer: Codable, Equatable {
        var shape: Int8Blocks.Shape
        var offset: Int
        var sha256: String
    }

    /// Room for the header: what the digests and numbers of so many layers take at most.
    private static func payloadStart(layers: Int) -> Int { (1024 + 256 * layers).roundedUp(to: 4096) }

    /// The quantized weights of layers: from the file, or made now and kept there.
    static func blocks(of layers: [WeightBlocks], in place: Place?, workspace: Workspace) throws -> [Int8Blocks] {
        guard let place else { return layers.map { Int8Blocks(quantizing: $0, workspace: workspace) } }
        let shapes = layers.map { Int8Blocks.Shape(inputs: $0.inputs, blocks: $0.count) }
        if let blocks = read(place, shapes: shapes, team: workspace.team) { return blocks }
        return write(layers, to: place, workspace: workspace)
    }

    private static func read(_ place: Place, shapes: [Int8Blocks.Shape], team: WorkerTeam) -> [Int8Blocks]? {
        let start = payloadStart(layers: shapes.count)
        guard let region = try? MemoryRegion(mapping: place.path), region.count >= start else { return nil }
        let header = region.withUnsafeBytes(in: 0..<start) { bytes -> Header? in
            guard bytes.prefix(magic.count).elementsEqual(magic) else { return nil }
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: magic.count, as: UInt32.self)))
            guard length <= start - magic.count - 4 else { return nil }
            return try? JSONDecoder().decode(Header.self, from: Data(bytes[magic.count + 4..<magic.count + 4 + length]))
        }
        guard let header, header.version == version, header.key == place.key, header.layers.map(\.shape) == shapes
        else { return nil }
        var offset = start
        for layer in header.layers {
            guard layer.offset == offset else { return nil }
            offset += layer.shape.bytes
        }
        guard region.count == offset else { return nil }

        let isSound: UnsafeMutablePointer<Bool> = allocateZeros(shapes.count)
        defer { isSound.deallocate() }
        team.run(shapes.count) { index, _ in
            let layer = header.layers[index]
            isSound[index] =
                region.withUnsafeBytes(in: layer.offset..<layer.offset + layer.shape.bytes, digest) == layer.sha256
        }
        guard UnsafeBufferPointer(start: isSound, count: shapes.count).allSatisfy({ $0 }) else { return nil }
        return header.layers.map { Int8Blocks(shape: $0.shape, in: region, at: $0.offset) }
    }

    /// Quantizes a layer at a time, so that the weights are in memory only once, in the end mapped from the file.
    private static func write(_ layers: [WeightBlocks], to place: Place, workspace: Workspace) -> [Int8Blocks] {
        removeLeftovers(of: place)
        // Others, of this process too, may be at it at the same time.
        let temporary = "\(place.path).\(UUID().uuidString)"
        var file =
            FileManager.default.createFile(atPath: temporary, contents: nil)
            ? FileHandle(forWritingAtPath: temporary) : nil
        if let file { _ = flock(file.fileDescriptor, LOCK_EX | LOCK_NB) }
        defer { unlink(temporary) }
        var header = Header(version: version, key: place.key, layers: [])
        var offset = payloadStart(layers: layers.count)
        var inMemory: [Int8Blocks] = []
        for (index, weights) in layers.enumerated() {
            let blocks = Int8Blocks(quantizing: weights, workspace: workspace)
            let shape = Int8Blocks.Shape(inputs: weights.inputs, blocks: weights.count)
            do {
                try file?.seek(toOffset: UInt64(offset))
                try file?.write(contentsOf: blocks.bytes)
                header.layers.append(Layer(shape: shape, offset: offset, sha256: digest(blocks.bytes)))
                offset += shape.bytes
            } catch {
                // A full disk: what was written so far is read back no more, so quantize those layers again.
                file = nil
                inMemory = layers[..<index].map { Int8Blocks(quantizing: $0, workspace: workspace) }
            }
            if file == nil { inMemory.append(blocks) }
        }
        guard let file, (try? finish(file, header, from: temporary, to: place)) != nil,
            let region = try? MemoryRegion(mapping: place.path), region.count == offset
        else {
            return inMemory.count == layers.count
                ? inMemory : layers.map { Int8Blocks(quantizing: $0, workspace: workspace) }
        }
        return header.layers.map { Int8Blocks(shape: $0.shape, in: region, at: $0.offset) }
    }

    /// Removes what programs that were killed while they wrote have left: nobody holds its lock.
    private static func removeLeftovers(of place: Place) {
        let target = URL(fileURLWithPath: place.path), folder = target.deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(target.lastPathComponent + ".") {
            guard UUID(uuidString: String(name.dropFirst(target.lastPathComponent.count + 1))) != nil else { continue }
            let path = "\(folder)/\(name)", descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(descriptor)
        }
    }

    private static func finish(_ file: FileHandle, _ header: Header, from temporary: String, to place: Place) throws {
        let encoder = JSONEncoder()
        // The same weights always make the same file.
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(header)
        guard json.count + magic.count + 4 <= payloadStart(layers: header.layers.count) else {
            throw CocoaError(.fileWriteUnknown)
        }
        var bytes = Data(magic)
        withUnsafeBytes(of: UInt32(json.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(json)
        try file.seek(toOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
        guard rename(temporary, place.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> String {
        var sha = SHA256()
        sha.add(bytes)
        return sha.hexadecimal()
    }
}
