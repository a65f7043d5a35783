/// Makes a few listings as sloppy as real ones: typing errors, shouting, missing fields.
struct SellerSlips {
    private let typos: [(language: String, right: String, wrong: String)]

    init(_ folder: SourceFolder) throws {
        typos = try folder.rows("typos.txt", atLeast: 3).map {
            (language: $0.fields[0], right: $0.fields[1], wrong: $0.fields[2])
        }
    }

    func apply(to listing: inout Listing, random: inout SplitMix64) {
        switch random.below(100) {
        case 0, 1, 2: mistype(&listing, random: &random)
        case 3: shout(&listing)
        case 4: listing.title = listing.title.replacing(", ", by: ","); listing.flaws.append("spacing")
        default: break
        }
        switch random.below(100) {
        case 0, 1, 2: listing.brand = nil; listing.flaws.append("no-brand")
        case 3, 4: listing.price = nil; listing.flaws.append("no-price")
        case 5, 6, 7: listing.description = nil; listing.flaws.append("no-description")
        case 8: listing.attributes = []; listing.flaws.append("no-attributes")
        default: break
        }
    }

    private func mistype(_ listing: inout Listing, random: inout SplitMix64) {
        let title = listing.title
        let language = listing.language.rawValue
        let known = typos.filter { $0.language == language && title.contains($0.right) }
        if let typo = random.pick(known) {
            listing.title = title.replacing(typo.right, by: typo.wrong)
        } else if listing.language != .zh {
            let words = title.split(separator: " ").map(String.init)
            let long = words.indices.filter {
                words[$0].count >= 6 && words[$0].allSatisfy { $0.isLetter && $0.isASCII }
            }
            guard let index = random.pick(Array(long)) else { return }
            var letters = Array(words[index])
            let place = 1 + random.below(letters.count - 3)
            guard letters[place] != letters[place + 1] else { return }
            letters.swapAt(place, place + 1)
            var changed = words
            changed[index] = String(letters)
            listing.title = changed.joined(separator: " ")
        } else {
            return
        }
        listing.flaws.append("typo")
    }

    private func shout(_ listing: inout Listing) {
        switch listing.language {
        case .zh: listing.title = "【现货速发】" + listing.title + "！！"
        default: listing.title = listing.title.uppercased()
        }
        listing.flaws.append("shouting")
    }
}
